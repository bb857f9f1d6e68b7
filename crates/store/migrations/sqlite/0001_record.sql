-- The record of projects, agencies and plans.
--
-- Types: INTEGER PRIMARY KEY is a 64-bit key (BIGINT elsewhere); money is BIGINT satang; days are TEXT in ISO form
-- (Christian era, YYYY-MM-DD); moments are TEXT in RFC 3339, UTC. A NULL day at either end of a validity is "not known" or
-- "not ended". Both ends of a validity are included. Text is compared byte by byte.

PRAGMA application_id = 1416128880;

-- One row. Every writing transaction starts by holding it, so that change numbers are given in the order of commits and
-- without gaps.
CREATE TABLE store_state (
    state_id           INTEGER PRIMARY KEY CHECK (state_id = 1),
    store_id           TEXT    NOT NULL,
    last_change_number BIGINT  NOT NULL CHECK (last_change_number >= 0)
);
INSERT INTO store_state (state_id, store_id, last_change_number)
VALUES (1, lower(hex(randomblob(16))), 0);

-- A unit of government. It stays itself through new names and new superiors; a merger or a split ends it and
-- names its successors.
CREATE TABLE agencies (
    agency_id  INTEGER  PRIMARY KEY,
    level      SMALLINT NOT NULL CHECK (level IN (1, 2, 3)),    -- 1 ministry, 2 department, 3 division
    valid_from TEXT,
    valid_to   TEXT,
    CHECK (valid_from <= valid_to)
);

CREATE TABLE agency_names (
    agency_id  BIGINT   NOT NULL REFERENCES agencies (agency_id),
    position   SMALLINT NOT NULL,
    name       TEXT     NOT NULL,
    name_key   TEXT     NOT NULL,                               -- the name without white space
    valid_from TEXT,
    valid_to   TEXT,
    PRIMARY KEY (agency_id, position),
    CHECK (valid_from <= valid_to)
) WITHOUT ROWID;
CREATE INDEX agency_names_by_key ON agency_names (name_key);

CREATE TABLE agency_parents (
    agency_id  BIGINT   NOT NULL REFERENCES agencies (agency_id),
    position   SMALLINT NOT NULL,
    parent_id  BIGINT   REFERENCES agencies (agency_id),        -- NULL: directly under the state
    valid_from TEXT,
    valid_to   TEXT,
    PRIMARY KEY (agency_id, position),
    CHECK (valid_from <= valid_to)
) WITHOUT ROWID;
CREATE INDEX agency_parents_by_parent ON agency_parents (parent_id);

CREATE TABLE agency_successions (
    predecessor_id BIGINT NOT NULL REFERENCES agencies (agency_id),
    successor_id   BIGINT NOT NULL REFERENCES agencies (agency_id),
    effective_on   TEXT   NOT NULL,                             -- first day of the successor's charge
    kind           TEXT   NOT NULL CHECK (kind IN ('merger', 'split')),
    PRIMARY KEY (predecessor_id, successor_id),
    CHECK (predecessor_id <> successor_id)
) WITHOUT ROWID;
CREATE INDEX agency_successions_by_successor ON agency_successions (successor_id);

CREATE TABLE plans (
    plan_id    INTEGER  PRIMARY KEY,
    level      SMALLINT NOT NULL CHECK (level IN (1, 2, 3)),
    kind       TEXT     NOT NULL,
    number     TEXT     NOT NULL,                               -- within its kind, as printed; '' when it has none
    name       TEXT     NOT NULL,
    parent_id  BIGINT   REFERENCES plans (plan_id),
    valid_from TEXT,
    valid_to   TEXT,
    CHECK (valid_from <= valid_to)
);

-- Every way in which records write a plan's name, the official one among them.
CREATE TABLE plan_names (
    plan_id  BIGINT   NOT NULL REFERENCES plans (plan_id),
    level    SMALLINT NOT NULL,
    name_key TEXT     NOT NULL,
    PRIMARY KEY (level, name_key, plan_id)
) WITHOUT ROWID;

-- The current state of every project ever seen.
CREATE TABLE projects (
    project_id     INTEGER  PRIMARY KEY,                        -- the change number that first brought the project
    project_code   TEXT     NOT NULL UNIQUE,
    change_number  BIGINT   NOT NULL UNIQUE,                    -- of the latest version
    version_number BIGINT   NOT NULL,
    withdrawn      BOOLEAN  NOT NULL,
    content_hash   BLOB,                                        -- SHA-256 of the record; NULL when withdrawn
    kind           TEXT     NOT NULL,
    fiscal_year_be SMALLINT,
    period_start   TEXT,
    period_end     TEXT,
    budget_satang  BIGINT,
    agency_id      BIGINT   REFERENCES agencies (agency_id),
    status         TEXT     NOT NULL,
    title          TEXT     NOT NULL,
    CHECK (withdrawn = (content_hash IS NULL))
);
CREATE INDEX projects_by_agency ON projects (agency_id);
CREATE INDEX projects_withdrawn ON projects (project_id) WHERE withdrawn;

-- Every state that a project ever had; never changed, never deleted. A NULL record is a withdrawal.
CREATE TABLE project_versions (
    change_number  INTEGER PRIMARY KEY,
    project_id     BIGINT  NOT NULL REFERENCES projects (project_id),
    version_number BIGINT  NOT NULL,
    changed_at     TEXT    NOT NULL,
    content_hash   BLOB,
    record         TEXT,                                        -- canonical JSON
    UNIQUE (project_id, version_number),
    CHECK ((content_hash IS NULL) = (record IS NULL))
);

CREATE TABLE project_areas (
    project_id  BIGINT   NOT NULL REFERENCES projects (project_id),
    position    INTEGER  NOT NULL,
    province    TEXT     NOT NULL,
    district    TEXT     NOT NULL,
    subdistrict TEXT     NOT NULL,
    area_code   BIGINT,
    PRIMARY KEY (project_id, position)
) WITHOUT ROWID;

CREATE TABLE project_budgets (
    project_id     BIGINT   NOT NULL REFERENCES projects (project_id),
    position       INTEGER  NOT NULL,
    fiscal_year_be SMALLINT,
    source         TEXT     NOT NULL,
    satang         BIGINT   NOT NULL,
    PRIMARY KEY (project_id, position)
) WITHOUT ROWID;

CREATE TABLE plan_links (
    project_id BIGINT   NOT NULL REFERENCES projects (project_id),
    position   INTEGER  NOT NULL,
    level      SMALLINT NOT NULL,
    name       TEXT     NOT NULL,
    name_key   TEXT     NOT NULL,
    plan_id    BIGINT   REFERENCES plans (plan_id),             -- NULL: no listed plan has this name
    PRIMARY KEY (project_id, position)
) WITHOUT ROWID;
