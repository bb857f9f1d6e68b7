-- Families of projects that repeat each other, as screening found them, and what people decided about them.

-- A screening; its scope is a fiscal year (Buddhist era) or all of them.
CREATE TABLE screenings (
    screening_id   INTEGER PRIMARY KEY,
    screened_at    TEXT    NOT NULL,
    change_number  BIGINT  NOT NULL,
    fiscal_year_be SMALLINT
);

-- A family as the last screening that found it left it; the name stays from screening to screening.
CREATE TABLE families (
    family_id    TEXT   PRIMARY KEY,
    screening_id BIGINT NOT NULL REFERENCES screenings (screening_id),
    position     BIGINT NOT NULL,                               -- within its screening
    content      TEXT   NOT NULL                                -- JSON
);
CREATE INDEX families_by_screening ON families (screening_id, position);

CREATE TABLE family_members (
    family_id    TEXT   NOT NULL REFERENCES families (family_id),
    project_code TEXT   NOT NULL,
    PRIMARY KEY (family_id, project_code)
) WITHOUT ROWID;
CREATE INDEX family_members_by_project ON family_members (project_code);

-- What people decided: never changed, never deleted.
CREATE TABLE family_edits (
    edit_id   INTEGER PRIMARY KEY,
    kind      TEXT    NOT NULL CHECK (kind IN ('split', 'merge')),
    family_id TEXT    NOT NULL,                                 -- the family that was split, or merged into
    reason    TEXT    NOT NULL,
    reviewer  TEXT    NOT NULL,
    edited_at TEXT    NOT NULL
);

-- The pairs that an edit keeps together or apart; the latest edit of a pair holds.
CREATE TABLE family_edit_pairs (
    edit_id BIGINT NOT NULL REFERENCES family_edits (edit_id),
    code_a  TEXT   NOT NULL,
    code_b  TEXT   NOT NULL,
    PRIMARY KEY (edit_id, code_a, code_b),
    CHECK (code_a < code_b)
) WITHOUT ROWID;

CREATE TRIGGER family_edits_stay BEFORE UPDATE ON family_edits
BEGIN SELECT RAISE(ABORT, 'an edit of families is never changed'); END;
CREATE TRIGGER family_edits_are_kept BEFORE DELETE ON family_edits
BEGIN SELECT RAISE(ABORT, 'an edit of families is never deleted'); END;
CREATE TRIGGER family_edit_pairs_stay BEFORE UPDATE ON family_edit_pairs
BEGIN SELECT RAISE(ABORT, 'an edit of families is never changed'); END;
CREATE TRIGGER family_edit_pairs_are_kept BEFORE DELETE ON family_edit_pairs
BEGIN SELECT RAISE(ABORT, 'an edit of families is never deleted'); END;
