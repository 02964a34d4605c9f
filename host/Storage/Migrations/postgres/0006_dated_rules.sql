-- A published rule stays as it was.
CREATE FUNCTION refuse_published_rule_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a published rule does not change';
END $$;

CREATE TRIGGER dated_rules_published_fixed BEFORE UPDATE OR DELETE ON dated_rules
FOR EACH ROW WHEN (OLD.published_by IS NOT NULL) EXECUTE FUNCTION refuse_published_rule_change();
