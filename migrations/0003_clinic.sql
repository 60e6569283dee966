-- The clinic: cases, what their stages said, what was decided about them, and who lets whom see what.
-- Everything of a case is sealed under the data key of the person who ran it (scope: user_id).
CREATE TABLE cases (
    id             TEXT PRIMARY KEY,
    user_id        TEXT NOT NULL REFERENCES users (id),  -- who ran it
    patient_id     TEXT REFERENCES users (id),           -- whom it is about, where that is an account here
    from_case      TEXT REFERENCES cases (id),           -- the diagnosis that a prescription goes on from
    kind           TEXT NOT NULL,                        -- diagnosis, prescription
    status         TEXT NOT NULL,                        -- running, done, failed
    stage          BIGINT NOT NULL,                      -- stages that are done
    frames         BIGINT NOT NULL,                      -- frames said so far
    decision       TEXT,                                 -- accept, edit, reject: the last one
    engine_version TEXT NOT NULL,
    data_version   TEXT NOT NULL,
    summary        BYTEA NOT NULL,                       -- scope: the user; title, outcome, urgency
    input          BYTEA NOT NULL,                       -- scope: the user
    work           BYTEA,                                -- scope: the user; what the stages so far worked out
    result         BYTEA,                                -- scope: the user
    created_at     BIGINT NOT NULL,
    updated_at     BIGINT NOT NULL
);
CREATE INDEX cases_by_user ON cases (user_id, created_at);
CREATE INDEX cases_open ON cases (created_at) WHERE status = 'running';
CREATE INDEX cases_from ON cases (from_case) WHERE from_case IS NOT NULL;

-- The frames of a stage, stored with the stage.
CREATE TABLE case_stages (
    case_id    TEXT NOT NULL REFERENCES cases (id),
    stage      BIGINT NOT NULL,                          -- its place, from 1
    first_n    BIGINT NOT NULL,                          -- the place of its first frame
    body       BYTEA NOT NULL,                           -- scope: the case's user; its frames
    created_at BIGINT NOT NULL,
    PRIMARY KEY (case_id, stage)
);

CREATE TABLE case_reviews (
    id          TEXT PRIMARY KEY,
    case_id     TEXT NOT NULL REFERENCES cases (id),
    reviewer_id TEXT NOT NULL REFERENCES users (id),
    body        BYTEA NOT NULL,                          -- scope: the case's user; decision, reason, changes
    created_at  BIGINT NOT NULL
);
CREATE INDEX case_reviews_by_case ON case_reviews (case_id, created_at);

-- Who lets whom see what. What is ended stays, for the trail.
CREATE TABLE shares (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL,                            -- record: a patient's, for a clinician; case: one case
    from_id    TEXT NOT NULL REFERENCES users (id),
    with_id    TEXT NOT NULL REFERENCES users (id),
    case_id    TEXT REFERENCES cases (id),
    created_at BIGINT NOT NULL,
    ended_at   BIGINT
);
CREATE UNIQUE INDEX shares_of_record ON shares (from_id, with_id) WHERE kind = 'record' AND ended_at IS NULL;
CREATE UNIQUE INDEX shares_of_case ON shares (case_id, with_id) WHERE kind = 'case' AND ended_at IS NULL;
CREATE INDEX shares_with ON shares (with_id) WHERE ended_at IS NULL;
