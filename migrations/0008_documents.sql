-- What people upload: documents and pictures, everything of them sealed under the data key of their owner (scope: user_id).
CREATE TABLE documents (
    id         TEXT PRIMARY KEY,
    user_id    TEXT NOT NULL REFERENCES users (id),  -- whose it is
    kind       TEXT NOT NULL,                        -- pdf, docx, md, txt, html, png, jpeg, webp
    status     TEXT NOT NULL,                        -- arriving, reading, ready, failed
    size       BIGINT NOT NULL,                      -- of the file, in bytes
    passages   BIGINT NOT NULL,
    shared     BIGINT NOT NULL,                      -- a clinician lets their patients see it (0 or 1)
    head       BYTEA NOT NULL,                       -- scope: the user; name, title, pages, what was wrong
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX documents_by_user ON documents (user_id, created_at);
CREATE INDEX documents_open ON documents (created_at) WHERE status IN ('arriving', 'reading');

-- The file, in parts, so that no transaction is long.
CREATE TABLE document_parts (
    document_id TEXT NOT NULL REFERENCES documents (id),
    n           BIGINT NOT NULL,
    body        BYTEA NOT NULL,                      -- scope: the document's user
    PRIMARY KEY (document_id, n)
);

-- Its text.
CREATE TABLE document_passages (
    document_id TEXT NOT NULL REFERENCES documents (id),
    n           BIGINT NOT NULL,
    body        BYTEA NOT NULL,                      -- scope: the document's user; page, headings, text, place
    PRIMARY KEY (document_id, n)
);
