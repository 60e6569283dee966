-- One SQL for SQLite and PostgreSQL: TEXT, BIGINT (milliseconds UTC; 0/1 flags), DOUBLE PRECISION, BYTEA.
-- Every BYTEA column is ciphertext (XChaCha20-Poly1305 under the data key of the scope named beside it).

CREATE TABLE users (
    id            TEXT PRIMARY KEY,
    email_hash    TEXT NOT NULL UNIQUE,      -- keyed hash of the lower-case address
    identity      BYTEA NOT NULL,            -- scope: the user; address, names, profile
    password_hash TEXT NOT NULL,             -- argon2id, PHC form, peppered
    role          TEXT NOT NULL,
    verified      BIGINT NOT NULL,
    active        BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL
);

-- A data key is stored only wrapped, once a recipient.
CREATE TABLE data_keys (
    scope      TEXT NOT NULL,                -- id of the conversation or the user
    recipient  TEXT NOT NULL,                -- 'server'
    wrapped    BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (scope, recipient)
);

CREATE TABLE codes (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id),
    purpose    TEXT NOT NULL,
    code_hash  TEXT NOT NULL,
    tries      BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    spent_at   BIGINT
);
CREATE INDEX codes_by_user ON codes (user_id, purpose, created_at);

CREATE TABLE browser_sessions (
    id             TEXT PRIMARY KEY,
    secret_hash    TEXT NOT NULL UNIQUE,
    user_id        TEXT NOT NULL REFERENCES users (id),
    agent          BYTEA NOT NULL,           -- scope: the user; browser and system
    created_at     BIGINT NOT NULL,
    last_active_at BIGINT NOT NULL,
    ended_at       BIGINT
);
CREATE INDEX browser_sessions_by_user ON browser_sessions (user_id, last_active_at);

CREATE TABLE refresh_tokens (
    id          TEXT PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,
    family      TEXT NOT NULL,
    user_id     TEXT NOT NULL REFERENCES users (id),
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,
    spent_at    BIGINT,
    revoked_at  BIGINT
);
CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family);
CREATE INDEX refresh_tokens_by_user ON refresh_tokens (user_id);

CREATE TABLE tickets (
    secret_hash TEXT PRIMARY KEY,
    user_id     TEXT NOT NULL REFERENCES users (id),
    session_id  TEXT NOT NULL,               -- the browser session or token family it was given to
    expires_at  BIGINT NOT NULL,
    ends_at     BIGINT                       -- when what it was given for ends: the access token
);

CREATE TABLE conversations (
    id              TEXT PRIMARY KEY,
    user_id         TEXT NOT NULL REFERENCES users (id),
    status          TEXT NOT NULL,
    title           BYTEA,                   -- scope: the conversation
    system_prompt   BYTEA,                   -- scope: the conversation
    metadata        BYTEA,                   -- scope: the conversation
    model_name      TEXT,
    last_seq        BIGINT NOT NULL,
    read_seq        BIGINT NOT NULL,
    total_tokens    BIGINT NOT NULL,
    last_message_at BIGINT,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    deleted_at      BIGINT
);
CREATE INDEX conversations_by_user ON conversations (user_id);

CREATE TABLE messages (
    id              TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    seq             BIGINT NOT NULL,
    role            TEXT NOT NULL,
    client_key      TEXT,                    -- keyed hash of the client's id
    state           TEXT NOT NULL,           -- open (being written) or stored
    body            BYTEA NOT NULL,          -- scope: the conversation; text, elements, metadata
    tokens          BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    UNIQUE (conversation_id, seq)
);
CREATE UNIQUE INDEX messages_by_client ON messages (conversation_id, client_key) WHERE client_key IS NOT NULL;

CREATE TABLE turns (
    id              TEXT PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    user_id         TEXT NOT NULL,
    question_id     TEXT NOT NULL REFERENCES messages (id),
    answer_id       TEXT NOT NULL REFERENCES messages (id),
    state           TEXT NOT NULL,           -- queued, done
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL
);
CREATE INDEX turns_open ON turns (created_at) WHERE state <> 'done';
CREATE INDEX turns_by_conversation ON turns (conversation_id, created_at);

CREATE TABLE feedback (
    id              TEXT PRIMARY KEY,
    user_id         TEXT NOT NULL REFERENCES users (id),
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    message_id      TEXT,
    rating          BIGINT NOT NULL,
    body            BYTEA NOT NULL,          -- scope: the conversation; their words
    created_at      BIGINT NOT NULL
);
CREATE INDEX feedback_by_conversation ON feedback (conversation_id, created_at);

CREATE TABLE markers (
    id                TEXT PRIMARY KEY,
    user_id           TEXT NOT NULL REFERENCES users (id),
    conversation_id   TEXT,
    marker_type       TEXT NOT NULL,
    therapeutic_value DOUBLE PRECISION NOT NULL,
    body              BYTEA NOT NULL,        -- scope: the user; what was achieved
    achieved_at       BIGINT NOT NULL
);
CREATE INDEX markers_by_user ON markers (user_id, achieved_at);

-- The trail. Each entry hashes the one before it on the same node. No health text: ids and words of a fixed list.
CREATE TABLE audit (
    node       TEXT NOT NULL,
    n          BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    actor      TEXT NOT NULL,                -- a user id, 'system', 'operator' or 'stranger'
    action     TEXT NOT NULL,
    object     TEXT NOT NULL,                -- what it was done to: kind/id
    subject    TEXT NOT NULL,                -- whose data it is: a user id, or ''
    outcome    TEXT NOT NULL,                -- done or refused
    reason     TEXT NOT NULL,                -- a word, or ''
    address    TEXT NOT NULL,                -- where from, or ''
    request_id TEXT NOT NULL,
    previous   TEXT NOT NULL,                -- hash of n - 1, or '' for the first
    hash       TEXT NOT NULL,
    PRIMARY KEY (node, n)
);
CREATE INDEX audit_by_subject ON audit (subject, at);
