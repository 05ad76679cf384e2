-- Games in the sandpit. What a probe said is kept, not computed again: a game reads the same for ever.

CREATE TABLE sandpit_games (
    id       INTEGER PRIMARY KEY,
    level    TEXT    NOT NULL,
    seed     INTEGER NOT NULL CHECK (seed >= 0),
    again    INTEGER NOT NULL CHECK (again IN (0, 1)), -- an earlier game had shown this pit's floor
    begun_at INTEGER NOT NULL,
    over     TEXT    CHECK (over IN ('won', 'given up')),
    over_at  INTEGER,
    CHECK ((over IS NULL) = (over_at IS NULL))
) STRICT;
CREATE INDEX sandpit_games_level ON sandpit_games (level, id);

CREATE TABLE sandpit_probes (
    game     INTEGER NOT NULL REFERENCES sandpit_games (id),
    nth      INTEGER NOT NULL CHECK (nth >= 0),
    x        REAL    NOT NULL,
    y        REAL    NOT NULL,
    depth    REAL    NOT NULL,
    arrow_x  REAL,                                     -- both or none
    arrow_y  REAL    CHECK ((arrow_x IS NULL) = (arrow_y IS NULL)),
    at       INTEGER NOT NULL,
    PRIMARY KEY (game, nth)
) STRICT, WITHOUT ROWID;
