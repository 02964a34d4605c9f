-- A published figure of the law stays as it was.
CREATE TRIGGER legal_limits_published_no_update BEFORE UPDATE ON legal_limits WHEN OLD.published_by IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a published limit does not change');
END;

CREATE TRIGGER legal_limits_published_no_delete BEFORE DELETE ON legal_limits WHEN OLD.published_by IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'a published limit does not change');
END;
