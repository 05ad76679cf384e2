-- What a verdict can be made again from, as JSON: inputs, seed, version of the engine, evidence.
ALTER TABLE attempts ADD COLUMN record TEXT;

-- The one learner. Questions begin at variants of their own for everybody; small enough to be exact in a page.
CREATE TABLE learner (
    id   INTEGER PRIMARY KEY CHECK (id = 1),
    seed INTEGER NOT NULL CHECK (seed >= 1)
) STRICT;
INSERT INTO learner (id, seed) VALUES (1, 1 + abs(random() % 1000000));
