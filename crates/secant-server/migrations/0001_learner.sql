-- Times are milliseconds since 1970-01-01 UTC. One learner: there is no account to refer to.

CREATE TABLE attempts (
    id       INTEGER PRIMARY KEY,
    question TEXT    NOT NULL,               -- permanent id: lesson/name
    seed     INTEGER NOT NULL,               -- which variant of the question
    answer   TEXT    NOT NULL,               -- as typed
    verdict  TEXT    NOT NULL,
    score    REAL    NOT NULL CHECK (score BETWEEN 0 AND 1),
    at       INTEGER NOT NULL
) STRICT;
CREATE INDEX attempts_question ON attempts (question, id);

CREATE TABLE progress (
    lesson   TEXT    NOT NULL PRIMARY KEY,
    scene    INTEGER NOT NULL CHECK (scene >= 0), -- the furthest one reached, from 0
    finished INTEGER NOT NULL CHECK (finished IN (0, 1)),
    at       INTEGER NOT NULL
) STRICT;

CREATE TABLE functions (
    lesson   TEXT    NOT NULL,
    figure   TEXT    NOT NULL,
    name     TEXT    NOT NULL,
    text     TEXT    NOT NULL,               -- as typed
    at       INTEGER NOT NULL,
    PRIMARY KEY (lesson, figure, name)
) STRICT, WITHOUT ROWID;
