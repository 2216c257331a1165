-- What links are looked for by. Lines behind `--postgres` are for it alone: it compares names by bytes, as SQLite does.
-- Rows from before have no person and no parent here; their claims say so.

ALTER TABLE links ADD COLUMN person TEXT NOT NULL DEFAULT '';
-- The name in lower case.
ALTER TABLE links ADD COLUMN sought TEXT NOT NULL DEFAULT '';
-- The owner's link that it was made from.
ALTER TABLE links ADD COLUMN parent TEXT NOT NULL DEFAULT '';
-- The first link of the same meeting, for calendars, and the how manieth later one this is; empty for a first one.
ALTER TABLE links ADD COLUMN meeting TEXT NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN edition BIGINT NOT NULL DEFAULT 0;
--postgres ALTER TABLE links ALTER COLUMN room TYPE TEXT COLLATE "C", ALTER COLUMN sought TYPE TEXT COLLATE "C";

CREATE INDEX links_by_issuer ON links (issued_by, seq);
CREATE INDEX links_by_sought ON links (sought, seq);
CREATE INDEX links_by_person ON links (person, seq) WHERE person <> '';
CREATE INDEX links_by_parent ON links (parent, seq) WHERE parent <> '';
CREATE INDEX links_by_meeting ON links (meeting, edition) WHERE meeting <> '';
CREATE INDEX links_by_key ON links (kid, issued_at);
