-- A patient may agree that a clinician with whom they share their record is told when they are in danger (0 or 1).
ALTER TABLE shares ADD COLUMN alerts BIGINT NOT NULL DEFAULT 0;

-- A clinician was told that a patient is in danger: who, whom, how grave and when, and nothing of what was said.
CREATE TABLE alerts (
    id           TEXT PRIMARY KEY,
    share_id     TEXT NOT NULL REFERENCES shares (id),   -- the one that it rests on
    patient_id   TEXT NOT NULL REFERENCES users (id),
    clinician_id TEXT NOT NULL REFERENCES users (id),
    level        TEXT NOT NULL,                          -- elevated, high, imminent
    created_at   BIGINT NOT NULL,
    mailed_at    BIGINT,                                 -- its letter was handed over, or is no longer to be
    seen_at      BIGINT                                  -- the clinician opened it
);
CREATE INDEX alerts_by_clinician ON alerts (clinician_id, created_at);
CREATE INDEX alerts_by_patient ON alerts (patient_id, created_at);
CREATE INDEX alerts_to_mail ON alerts (created_at) WHERE mailed_at IS NULL;

-- Rated answers whose person agreed that they are read, to make them better.
CREATE TABLE answer_reviews (
    id          TEXT PRIMARY KEY,
    feedback_id TEXT NOT NULL UNIQUE REFERENCES feedback (id),
    verdict     TEXT,                                    -- fine, wording, wrong, unsafe; none while it is open
    reviewer_id TEXT REFERENCES users (id),
    note        BYTEA,                                   -- scope: the conversation; the reviewer's words
    created_at  BIGINT NOT NULL,
    closed_at   BIGINT
);
CREATE INDEX answer_reviews_open ON answer_reviews (created_at) WHERE verdict IS NULL;
