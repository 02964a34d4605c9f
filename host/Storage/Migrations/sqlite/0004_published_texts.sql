-- A text that was published stays as it was read and agreed; only retiring it is a change.
CREATE TRIGGER templates_published_no_update BEFORE UPDATE ON templates
WHEN OLD.state <> 'Draft' AND NOT (
  NEW.state <> 'Draft' AND NOT (OLD.state = 'Retired' AND NEW.state <> 'Retired')
  AND NEW.id IS OLD.id AND NEW.key IS OLD.key AND NEW.channel IS OLD.channel AND NEW.language IS OLD.language AND NEW.version IS OLD.version
  AND NEW.name_zh IS OLD.name_zh AND NEW.name_en IS OLD.name_en AND NEW.purpose IS OLD.purpose AND NEW.title IS OLD.title AND NEW.body IS OLD.body
  AND NEW.html IS OLD.html AND NEW.variables IS OLD.variables AND NEW.hash IS OLD.hash AND NEW.written_by IS OLD.written_by AND NEW.written_at IS OLD.written_at
  AND NEW.published_by IS OLD.published_by AND NEW.published_at IS OLD.published_at)
BEGIN
  SELECT RAISE(ABORT, 'a published text does not change');
END;

CREATE TRIGGER templates_published_no_delete BEFORE DELETE ON templates
WHEN OLD.state <> 'Draft'
BEGIN
  SELECT RAISE(ABORT, 'a published text does not change');
END;
