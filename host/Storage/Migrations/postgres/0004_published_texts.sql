-- A text that was published stays as it was read and agreed; only retiring it is a change.
CREATE FUNCTION refuse_published_text_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.state = 'Draft' THEN
    IF TG_OP = 'DELETE' THEN
      RETURN OLD;
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.state <> 'Draft' AND (NOT (OLD.state = 'Retired' AND NEW.state <> 'Retired'))
    AND (NEW.id, NEW.key, NEW.channel, NEW.language, NEW.version, NEW.name_zh, NEW.name_en, NEW.purpose, NEW.body, NEW.variables, NEW.hash, NEW.written_by, NEW.written_at)
      = (OLD.id, OLD.key, OLD.channel, OLD.language, OLD.version, OLD.name_zh, OLD.name_en, OLD.purpose, OLD.body, OLD.variables, OLD.hash, OLD.written_by, OLD.written_at)
    AND NEW.title IS NOT DISTINCT FROM OLD.title AND NEW.html IS NOT DISTINCT FROM OLD.html
    AND NEW.published_by IS NOT DISTINCT FROM OLD.published_by AND NEW.published_at IS NOT DISTINCT FROM OLD.published_at THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a published text does not change';
END $$;

CREATE TRIGGER templates_published_fixed BEFORE UPDATE OR DELETE ON templates
FOR EACH ROW EXECUTE FUNCTION refuse_published_text_change();
