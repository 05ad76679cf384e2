-- One attempt at an assignment: all of its questions, asked with one seed. Before anything was done there is none.
CREATE TABLE sittings (
    id         INTEGER PRIMARY KEY,
    assignment TEXT    NOT NULL,             -- permanent id of the part
    number     INTEGER NOT NULL CHECK (number >= 1),
    seed       INTEGER NOT NULL,             -- which variant of every question
    at         INTEGER NOT NULL,             -- when it began
    UNIQUE (assignment, number)
) STRICT;

-- How a question of a sitting stands; one that was not touched has no row.
CREATE TABLE standings (
    sitting  INTEGER NOT NULL REFERENCES sittings (id),
    question TEXT    NOT NULL,               -- permanent id: assignment/name
    best     REAL    NOT NULL CHECK (best BETWEEN 0 AND 1),
    tries    INTEGER NOT NULL CHECK (tries >= 0),
    hints    INTEGER NOT NULL CHECK (hints >= 0),
    shown    INTEGER NOT NULL CHECK (shown IN (0, 1)), -- the solution: nothing is earned after it
    PRIMARY KEY (sitting, question)
) STRICT, WITHOUT ROWID;

-- The learner's own answer to the prompt of a discussion.
CREATE TABLE discussions (
    discussion TEXT    NOT NULL PRIMARY KEY,
    text       TEXT    NOT NULL,             -- as typed
    at         INTEGER NOT NULL
) STRICT;
