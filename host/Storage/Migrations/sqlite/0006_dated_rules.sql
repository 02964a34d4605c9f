-- A published rule stays as it was.
CREATE TRIGGER dated_rules_published_no_update BEFORE UPDATE ON dated_rules WHEN OLD.published_by IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a published rule does not change');
END;

CREATE TRIGGER dated_rules_published_no_delete BEFORE DELETE ON dated_rules WHEN OLD.published_by IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a published rule does not change');
END;
