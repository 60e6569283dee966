-- What people's opening and rating says of passages of the library: one row a person and passage, without a text, a time
-- or an id that leads to a person. Rows of one person can't be told to be of one person, except by the server's key.
CREATE TABLE passage_votes (
    voter   TEXT PRIMARY KEY,                -- keyed hash of the person and the passage
    passage TEXT NOT NULL,                   -- article, and a hash of the passage's text
    opened  BIGINT NOT NULL,                 -- they opened it
    rated   BIGINT NOT NULL                  -- an answer that cited it: 1 helped, -1 did not, 0 not said
);
CREATE INDEX passage_votes_by_passage ON passage_votes (passage);
