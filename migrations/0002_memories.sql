-- What stays of a conversation beyond its last messages: facts and a summary. A table of its own, so that the row that
-- changes with every message stays small. Made of the messages: where it is missing, it is made again.
CREATE TABLE memories (
    conversation_id TEXT PRIMARY KEY REFERENCES conversations (id),
    body            BYTEA NOT NULL,          -- scope: the conversation
    updated_at      BIGINT NOT NULL
);
