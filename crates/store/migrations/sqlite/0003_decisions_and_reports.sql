-- Decisions of reviewers and issued reports: what people said and what was handed out. Rows are added, never changed, never taken
-- away; triggers hold that against every writer, this program among them.

-- What a reviewer decided on a draft (or a project read as one) beside a project. A later decision of the same reviewer on the
-- same pair stands for the earlier one; both stay.
CREATE TABLE decisions (
    decision_id       INTEGER PRIMARY KEY,                      -- 1, 2, 3, ... in the order of commits
    draft_id          TEXT    NOT NULL,                         -- the draft's id, or the code of the project read as a draft
    draft_hash        BLOB,                                     -- SHA-256 of draft_record
    draft_record      TEXT,                                     -- canonical JSON of the draft as it was judged, when it was given
    project_code      TEXT    NOT NULL REFERENCES projects (project_code),
    relation          TEXT    NOT NULL CHECK (relation IN ('duplicate', 'overlap', 'continuation', 'related', 'distinct')),
    reason            TEXT    NOT NULL CHECK (reason <> ''),
    reviewer          TEXT    NOT NULL CHECK (reviewer <> ''),
    decided_at        TEXT    NOT NULL,
    machine_relation  TEXT    CHECK (machine_relation IN ('duplicate', 'overlap', 'continuation', 'related', 'distinct')),
    machine_likelihood DOUBLE PRECISION CHECK (machine_likelihood BETWEEN 0 AND 1),
    machine_model_id  TEXT,                                     -- of the relation model; the three are NULL together
    CHECK ((draft_hash IS NULL) = (draft_record IS NULL)),
    CHECK ((machine_relation IS NULL) = (machine_likelihood IS NULL)),
    CHECK ((machine_relation IS NULL) = (machine_model_id IS NULL))
);
CREATE INDEX decisions_by_pair ON decisions (draft_id, project_code, reviewer);
CREATE INDEX decisions_by_project ON decisions (project_code);

-- Reports as they were handed out.
CREATE TABLE reports (
    report_id    INTEGER PRIMARY KEY,
    number       TEXT    NOT NULL UNIQUE,
    report_date  TEXT    NOT NULL,                              -- the day that the report bears
    issued_at    TEXT    NOT NULL,                              -- when it was entered here
    content_hash BLOB    NOT NULL,                              -- SHA-256 of report
    report       TEXT    NOT NULL                               -- JSON, byte for byte
);

CREATE TRIGGER decisions_are_never_changed BEFORE UPDATE ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions are never changed; add another one'); END;
CREATE TRIGGER decisions_are_never_deleted BEFORE DELETE ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions are never deleted'); END;
CREATE TRIGGER reports_are_never_changed BEFORE UPDATE ON reports
BEGIN SELECT RAISE(ABORT, 'issued reports are never changed'); END;
CREATE TRIGGER reports_are_never_deleted BEFORE DELETE ON reports
BEGIN SELECT RAISE(ABORT, 'issued reports are never deleted'); END;

-- INSERT OR REPLACE would delete without asking the triggers above.
CREATE TRIGGER decisions_are_never_replaced BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM decisions WHERE decision_id = NEW.decision_id)
BEGIN SELECT RAISE(ABORT, 'decisions are never changed; add another one'); END;
CREATE TRIGGER reports_are_never_replaced BEFORE INSERT ON reports
WHEN EXISTS (SELECT 1 FROM reports WHERE report_id = NEW.report_id OR number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'issued reports are never changed'); END;
