CREATE TABLE api_tokens (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    revoked_at bigint,
    CONSTRAINT pk_api_tokens PRIMARY KEY (id)
);


CREATE TABLE audit_events (
    chain text NOT NULL,
    seq bigint NOT NULL,
    at bigint NOT NULL,
    actor text NOT NULL,
    type text NOT NULL,
    subject text,
    reason text,
    data text NOT NULL,
    previous_hash text NOT NULL,
    hash text NOT NULL,
    CONSTRAINT pk_audit_events PRIMARY KEY (chain, seq)
);


CREATE TABLE audit_heads (
    chain text NOT NULL,
    seq bigint NOT NULL,
    hash text NOT NULL,
    CONSTRAINT pk_audit_heads PRIMARY KEY (chain)
);


CREATE TABLE cookie_keys (
    name text NOT NULL,
    sealed text NOT NULL,
    CONSTRAINT pk_cookie_keys PRIMARY KEY (name)
);


CREATE TABLE data_keys (
    id integer NOT NULL,
    purpose text NOT NULL,
    wrapped text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT pk_data_keys PRIMARY KEY (id)
);


CREATE TABLE idempotency_keys (
    user_name text NOT NULL,
    key text NOT NULL,
    route text NOT NULL,
    body_hash text NOT NULL,
    at bigint NOT NULL,
    status integer,
    content_type text,
    body bytea,
    CONSTRAINT pk_idempotency_keys PRIMARY KEY (user_name, key)
);


CREATE TABLE users (
    id uuid NOT NULL,
    user_name text NOT NULL,
    display_name text NOT NULL,
    display_name_english text,
    email text,
    we_com_user_id text,
    password_hash text,
    roles text[] NOT NULL,
    is_disabled boolean NOT NULL,
    security_stamp text NOT NULL,
    failed_sign_ins integer NOT NULL,
    locked_until bigint,
    created_at bigint NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_users PRIMARY KEY (id)
);


CREATE UNIQUE INDEX ix_api_tokens_sha256 ON api_tokens (sha256);


CREATE INDEX ix_api_tokens_user_id ON api_tokens (user_id);


CREATE INDEX ix_audit_events_actor_at ON audit_events (actor, at);


CREATE INDEX ix_audit_events_at ON audit_events (at);


CREATE INDEX ix_idempotency_keys_at ON idempotency_keys (at);


CREATE UNIQUE INDEX ix_users_user_name ON users (user_name);


