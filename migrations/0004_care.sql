-- What a person did and noted for themselves: an exercise that was finished, a questionnaire, how they felt.
CREATE TABLE care_entries (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id),
    body       BYTEA NOT NULL,               -- scope: the user; what it is, and what was entered
    at         BIGINT NOT NULL
);
CREATE INDEX care_entries_by_user ON care_entries (user_id, at);

CREATE TABLE safety_plans (
    user_id    TEXT PRIMARY KEY REFERENCES users (id),
    body       BYTEA NOT NULL,               -- scope: the user; the lines of each step
    updated_at BIGINT NOT NULL
);

-- What was learned of everybody together: sums, without a person.
CREATE TABLE learned (
    context    TEXT NOT NULL,                -- for what it was offered
    arm        TEXT NOT NULL,                -- which exercise
    helped     DOUBLE PRECISION NOT NULL,    -- sum of rewards, 0 to 1 each
    tried      DOUBLE PRECISION NOT NULL,    -- how many
    PRIMARY KEY (context, arm)
);
