-- A published figure of the law stays as it was.
CREATE FUNCTION refuse_published_limit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a published limit does not change';
END $$;

CREATE TRIGGER legal_limits_published_fixed BEFORE UPDATE OR DELETE ON legal_limits
FOR EACH ROW WHEN (OLD.published_by IS NOT NULL) EXECUTE FUNCTION refuse_published_limit_change();
