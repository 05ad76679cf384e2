-- Sheets: pages of the learner's own. `cells` is the list of cells as JSON.
CREATE TABLE sheets (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT    NOT NULL,
    cells TEXT    NOT NULL,
    at    INTEGER NOT NULL
);
