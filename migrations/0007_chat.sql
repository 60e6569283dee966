-- Conversations over REST.

-- Keyed hash of a client's id of the question that a conversation was begun with: sent again, it begins no second one.
ALTER TABLE conversations ADD COLUMN origin_key TEXT;
CREATE UNIQUE INDEX conversations_by_origin ON conversations (user_id, origin_key) WHERE origin_key IS NOT NULL;

-- Up to which place the messages are folded away: the model is shown their summary only. They stay stored.
ALTER TABLE conversations ADD COLUMN folded_seq BIGINT NOT NULL DEFAULT 0;

-- Which model an answer is of, for figures; NULL for reviewed answers, questions and answers of before.
ALTER TABLE messages ADD COLUMN model_name TEXT;
