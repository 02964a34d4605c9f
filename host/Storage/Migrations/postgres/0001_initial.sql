CREATE TABLE account_rates (
    account_no integer NOT NULL,
    occurrence_id bigint NOT NULL,
    free_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    CONSTRAINT pk_account_rates PRIMARY KEY (account_no, occurrence_id)
);


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


CREATE TABLE approvals (
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    task_id uuid NOT NULL,
    element_id text NOT NULL,
    by text NOT NULL,
    at bigint NOT NULL,
    reason text,
    parts_json text NOT NULL,
    package_hash text NOT NULL,
    voided_at bigint,
    voided_by text,
    voided_parts text[] NOT NULL,
    CONSTRAINT pk_approvals PRIMARY KEY (id)
);


CREATE TABLE audience_freezes (
    campaign_id uuid NOT NULL,
    rule text NOT NULL,
    holdout_percent numeric NOT NULL,
    holdout_count integer,
    ceiling integer,
    state text NOT NULL,
    scanned_to bigint NOT NULL,
    scanned bigint NOT NULL,
    matched bigint NOT NULL,
    nulls bigint NOT NULL,
    holdout bigint NOT NULL,
    global_holdout bigint NOT NULL,
    started_at bigint NOT NULL,
    finished_at bigint,
    CONSTRAINT pk_audience_freezes PRIMARY KEY (campaign_id)
);


CREATE TABLE audience_members (
    campaign_id uuid NOT NULL,
    customer_no bigint NOT NULL,
    arm text NOT NULL,
    rank bigint NOT NULL,
    CONSTRAINT pk_audience_members PRIMARY KEY (campaign_id, customer_no)
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


CREATE TABLE budget_routes (
    occurrence_id bigint NOT NULL,
    channel smallint NOT NULL,
    name text NOT NULL,
    campaign_id uuid NOT NULL,
    CONSTRAINT pk_budget_routes PRIMARY KEY (occurrence_id, channel, name)
);


CREATE TABLE budget_shares (
    campaign_id uuid NOT NULL,
    name text NOT NULL,
    shard smallint NOT NULL,
    quota bigint NOT NULL,
    reserved bigint NOT NULL,
    spent bigint NOT NULL,
    CONSTRAINT pk_budget_shares PRIMARY KEY (campaign_id, name, shard)
);


CREATE TABLE calendar_days (
    date date NOT NULL,
    is_working_day boolean NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    CONSTRAINT pk_calendar_days PRIMARY KEY (date)
);


CREATE TABLE campaign_codes (
    year integer NOT NULL,
    last integer NOT NULL,
    CONSTRAINT pk_campaign_codes PRIMARY KEY (year)
);


CREATE TABLE campaign_events (
    id text NOT NULL,
    campaign_id uuid NOT NULL,
    kind smallint NOT NULL,
    customer_no bigint NOT NULL,
    arm text NOT NULL,
    value bigint NOT NULL,
    name text,
    attributes text,
    at bigint NOT NULL,
    received_at bigint NOT NULL,
    source text NOT NULL,
    CONSTRAINT pk_campaign_events PRIMARY KEY (id)
);


CREATE TABLE campaigns (
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    owner text NOT NULL,
    status text NOT NULL,
    status_reason text,
    stage text,
    level text,
    objective text NOT NULL,
    form text NOT NULL,
    window_start date NOT NULL,
    window_end date NOT NULL,
    brief_json text NOT NULL,
    facts_json text NOT NULL,
    package_hash text NOT NULL,
    approved_hash text,
    sop_version_id uuid NOT NULL,
    cloned_from uuid,
    launched_at bigint,
    closed_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_campaigns PRIMARY KEY (id)
);


CREATE TABLE cap_days (
    customer_no bigint NOT NULL,
    purpose smallint NOT NULL,
    day integer NOT NULL,
    used integer NOT NULL,
    by_channel bigint NOT NULL,
    CONSTRAINT pk_cap_days PRIMARY KEY (customer_no, purpose, day)
);


CREATE TABLE channel_accounts (
    id uuid NOT NULL,
    no integer NOT NULL,
    name text NOT NULL,
    provider text NOT NULL,
    kind text NOT NULL,
    settings text NOT NULL,
    callback_secret text NOT NULL,
    mode text NOT NULL,
    route integer NOT NULL,
    live_requested_by text,
    live_approved_by text,
    is_disabled boolean NOT NULL,
    is_default boolean NOT NULL,
    purposes text NOT NULL,
    prefixes text NOT NULL,
    rank integer NOT NULL,
    signature_zh text NOT NULL,
    signature_en text NOT NULL,
    registration text NOT NULL,
    registration_number text,
    registered_until bigint,
    rate double precision,
    rate_group text NOT NULL,
    rate_no integer NOT NULL,
    price bigint NOT NULL,
    seeds text,
    last_error text,
    last_error_at bigint,
    last_accepted_at bigint,
    closed_until bigint,
    created_at bigint NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_channel_accounts PRIMARY KEY (id)
);


CREATE TABLE click_hours (
    customer_no bigint NOT NULL,
    hour smallint NOT NULL,
    clicks integer NOT NULL,
    CONSTRAINT pk_click_hours PRIMARY KEY (customer_no, hour)
);


CREATE TABLE commit_marks (
    process uuid NOT NULL,
    slot integer NOT NULL,
    mark uuid NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT pk_commit_marks PRIMARY KEY (process, slot)
)
WITH (fillfactor=10);


CREATE TABLE consents (
    id bigint GENERATED BY DEFAULT AS IDENTITY,
    customer_no bigint NOT NULL,
    channel text NOT NULL,
    purpose text NOT NULL,
    granted boolean NOT NULL,
    source text NOT NULL,
    at bigint NOT NULL,
    text_version text,
    evidence text,
    recorded_by text NOT NULL,
    recorded_at bigint NOT NULL,
    CONSTRAINT pk_consents PRIMARY KEY (id)
);


CREATE TABLE contents (
    hash text NOT NULL,
    content text NOT NULL,
    CONSTRAINT pk_contents PRIMARY KEY (hash)
);


CREATE TABLE cookie_keys (
    name text NOT NULL,
    sealed text NOT NULL,
    CONSTRAINT pk_cookie_keys PRIMARY KEY (name)
);


CREATE TABLE customer_attributes (
    name text NOT NULL,
    type text NOT NULL,
    label_chinese text NOT NULL,
    label_english text NOT NULL,
    is_sensitive boolean NOT NULL,
    printing text NOT NULL,
    position integer NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_customer_attributes PRIMARY KEY (name)
);


CREATE TABLE customer_import_errors (
    import_id uuid NOT NULL,
    number bigint NOT NULL,
    line bigint NOT NULL,
    "column" text,
    value text,
    reason text NOT NULL,
    args text,
    CONSTRAINT pk_customer_import_errors PRIMARY KEY (import_id, number)
);


CREATE TABLE customer_import_slices (
    import_id uuid NOT NULL,
    number integer NOT NULL,
    rows integer NOT NULL,
    content text NOT NULL,
    CONSTRAINT pk_customer_import_slices PRIMARY KEY (import_id, number)
);


CREATE TABLE customer_imports (
    id uuid NOT NULL,
    file_name text NOT NULL,
    sha256 text,
    bytes bigint NOT NULL,
    encoding text,
    state text NOT NULL,
    problem text,
    problem_args text,
    rows_read bigint NOT NULL,
    rejected bigint NOT NULL,
    created bigint NOT NULL,
    updated bigint NOT NULL,
    unchanged bigint NOT NULL,
    slices integer NOT NULL,
    slices_applied integer NOT NULL,
    started_by text NOT NULL,
    started_at bigint NOT NULL,
    finished_at bigint,
    CONSTRAINT pk_customer_imports PRIMARY KEY (id)
);


CREATE TABLE customers (
    customer_no bigint GENERATED BY DEFAULT AS IDENTITY,
    external_id text NOT NULL,
    attributes text NOT NULL,
    language text,
    time_zone text,
    phone text,
    phone_hash text,
    email text,
    email_hash text,
    push_token text,
    push_token_hash text,
    fcm_token text,
    fcm_token_hash text,
    apns_token text,
    apns_token_hash text,
    web_push text,
    web_push_hash text,
    wecom_user_id text,
    wecom_user_id_hash text,
    oa_openid text,
    oa_openid_hash text,
    consent_bits integer NOT NULL,
    version bigint NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    erased_at bigint,
    CONSTRAINT pk_customers PRIMARY KEY (customer_no)
);


CREATE TABLE data_keys (
    id integer NOT NULL,
    purpose text NOT NULL,
    wrapped text NOT NULL,
    created_at bigint NOT NULL,
    CONSTRAINT pk_data_keys PRIMARY KEY (id)
);


CREATE TABLE dated_rules (
    id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    "from" date NOT NULL,
    value text NOT NULL,
    source text NOT NULL,
    proposed_by text NOT NULL,
    proposed_at bigint NOT NULL,
    published_by text,
    published_at bigint,
    CONSTRAINT pk_dated_rules PRIMARY KEY (id)
);


CREATE TABLE definition_versions (
    id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    version integer NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    state text NOT NULL,
    xml text NOT NULL,
    sha256 text NOT NULL,
    problems_json text NOT NULL,
    uploaded_by text NOT NULL,
    uploaded_at bigint NOT NULL,
    published_by text,
    published_at bigint,
    CONSTRAINT pk_definition_versions PRIMARY KEY (id)
);


CREATE TABLE dropped_audiences (
    campaign_id uuid NOT NULL,
    treated bigint NOT NULL,
    holdout bigint NOT NULL,
    global_holdout bigint NOT NULL,
    dropped_at bigint NOT NULL,
    CONSTRAINT pk_dropped_audiences PRIMARY KEY (campaign_id)
);


CREATE TABLE early_messages (
    id uuid NOT NULL,
    "from" uuid NOT NULL,
    name text NOT NULL,
    correlation text,
    variables_json text NOT NULL,
    until bigint NOT NULL,
    CONSTRAINT pk_early_messages PRIMARY KEY (id)
);


CREATE TABLE experiment_decisions (
    reachout_id uuid NOT NULL,
    winner smallint NOT NULL,
    decided_by text NOT NULL,
    reason text,
    figures text NOT NULL,
    decided_at bigint NOT NULL,
    CONSTRAINT pk_experiment_decisions PRIMARY KEY (reachout_id)
);


CREATE TABLE files (
    sha256 text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    bytes bytea NOT NULL,
    uploaded_by text NOT NULL,
    uploaded_at bigint NOT NULL,
    CONSTRAINT pk_files PRIMARY KEY (sha256)
);


CREATE TABLE guardrail_trips (
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    key text NOT NULL,
    condition text NOT NULL,
    was_decided boolean NOT NULL,
    figures text NOT NULL,
    at bigint NOT NULL,
    cleared_at bigint,
    is_rearmed boolean NOT NULL,
    CONSTRAINT pk_guardrail_trips PRIMARY KEY (id)
);


CREATE TABLE held_evidence (
    occurrence_id bigint NOT NULL,
    customer_no bigint NOT NULL,
    step smallint NOT NULL,
    attempt smallint NOT NULL,
    kind smallint NOT NULL,
    ref text NOT NULL,
    account_no integer NOT NULL,
    state smallint NOT NULL,
    reason smallint NOT NULL,
    code text,
    text text,
    at bigint NOT NULL,
    CONSTRAINT pk_held_evidence PRIMARY KEY (occurrence_id, customer_no, step, attempt, kind, ref)
);


CREATE TABLE held_messages (
    occurrence_id bigint NOT NULL,
    customer_no bigint NOT NULL,
    step smallint NOT NULL,
    campaign_id uuid NOT NULL,
    state smallint NOT NULL,
    reason smallint NOT NULL,
    channel smallint NOT NULL,
    account_no integer NOT NULL,
    attempt smallint NOT NULL,
    due_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    cost bigint NOT NULL,
    variant smallint NOT NULL,
    kept_at bigint NOT NULL,
    CONSTRAINT pk_held_messages PRIMARY KEY (occurrence_id, customer_no, step)
);


CREATE TABLE held_receipts (
    id bigint NOT NULL,
    customer_no bigint NOT NULL,
    occurrence_id bigint,
    step smallint,
    account_no integer NOT NULL,
    is_reply boolean NOT NULL,
    received_at bigint NOT NULL,
    content text NOT NULL,
    kept_at bigint NOT NULL,
    CONSTRAINT pk_held_receipts PRIMARY KEY (id)
);


CREATE TABLE held_texts (
    occurrence_id bigint NOT NULL,
    step smallint NOT NULL,
    variant smallint NOT NULL,
    channel smallint NOT NULL,
    language text NOT NULL,
    hash text NOT NULL,
    package_hash text NOT NULL,
    content text NOT NULL,
    CONSTRAINT pk_held_texts PRIMARY KEY (occurrence_id, step, variant, channel, language)
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


CREATE TABLE incidents (
    id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    campaign_id uuid,
    message text NOT NULL,
    retry_kind text,
    retry_key text,
    retry_payload text,
    choices text,
    raised_at bigint NOT NULL,
    closed_at bigint,
    closed_by text,
    outcome text,
    note text,
    CONSTRAINT pk_incidents PRIMARY KEY (id)
);


CREATE TABLE launch_packages (
    campaign_id uuid NOT NULL,
    hash text NOT NULL,
    parts_json text NOT NULL,
    brief_version bigint NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT pk_launch_packages PRIMARY KEY (campaign_id, hash)
);


CREATE TABLE ledger_month_drops (
    month integer NOT NULL,
    state text NOT NULL,
    requested_by text NOT NULL,
    requested_at bigint NOT NULL,
    reason text NOT NULL,
    approved_by text,
    approved_at bigint,
    dropped_at bigint,
    messages bigint NOT NULL,
    kept_apart bigint NOT NULL,
    CONSTRAINT pk_ledger_month_drops PRIMARY KEY (month)
);


CREATE TABLE legal_holds (
    id uuid NOT NULL,
    customer_no bigint,
    campaign_id uuid,
    reason text NOT NULL,
    reference text NOT NULL,
    placed_by text NOT NULL,
    placed_at bigint NOT NULL,
    lifted_by text,
    lifted_at bigint,
    lift_reason text,
    CONSTRAINT pk_legal_holds PRIMARY KEY (id)
);


CREATE TABLE legal_limits (
    id uuid NOT NULL,
    name text NOT NULL,
    "from" date NOT NULL,
    value numeric NOT NULL,
    source text NOT NULL,
    proposed_by text NOT NULL,
    proposed_at bigint NOT NULL,
    published_by text,
    published_at bigint,
    CONSTRAINT pk_legal_limits PRIMARY KEY (id)
);


CREATE TABLE lessons (
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    kind text NOT NULL,
    text text NOT NULL,
    tags text[] NOT NULL,
    objective text NOT NULL,
    form text NOT NULL,
    by text NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT pk_lessons PRIMARY KEY (id)
);


CREATE TABLE link_clicks (
    id uuid NOT NULL,
    occurrence_id bigint NOT NULL,
    link_id text NOT NULL,
    at bigint NOT NULL,
    verdict smallint NOT NULL,
    CONSTRAINT pk_link_clicks PRIMARY KEY (id, occurrence_id)
)
PARTITION BY RANGE (occurrence_id);


CREATE TABLE manual_briefs (
    task_id uuid NOT NULL,
    place text NOT NULL,
    instructions text NOT NULL,
    proof text NOT NULL,
    CONSTRAINT pk_manual_briefs PRIMARY KEY (task_id)
);


CREATE TABLE manual_messages (
    occurrence_id bigint NOT NULL,
    customer_no bigint NOT NULL,
    step smallint NOT NULL,
    attempt smallint NOT NULL,
    task_id uuid NOT NULL,
    account_no integer NOT NULL,
    is_settled boolean NOT NULL,
    CONSTRAINT pk_manual_messages PRIMARY KEY (occurrence_id, customer_no, step, attempt)
)
PARTITION BY RANGE (occurrence_id);


CREATE TABLE message_budgets (
    campaign_id uuid NOT NULL,
    name text NOT NULL,
    amount bigint,
    exhausted_at bigint,
    short_of bigint NOT NULL,
    CONSTRAINT pk_message_budgets PRIMARY KEY (campaign_id, name)
);


CREATE TABLE message_counts (
    occurrence_id bigint NOT NULL,
    step smallint NOT NULL,
    channel smallint NOT NULL,
    state smallint NOT NULL,
    reason smallint NOT NULL,
    shard smallint NOT NULL,
    count bigint NOT NULL,
    CONSTRAINT pk_message_counts PRIMARY KEY (occurrence_id, step, channel, state, reason, shard)
);


CREATE TABLE message_issues (
    occurrence_id bigint NOT NULL,
    customer_no bigint NOT NULL,
    step smallint NOT NULL,
    attempt smallint NOT NULL,
    account_no integer NOT NULL,
    state smallint NOT NULL,
    reason smallint NOT NULL,
    code text,
    text text,
    at bigint NOT NULL,
    settle_after bigint NOT NULL,
    CONSTRAINT pk_message_issues PRIMARY KEY (occurrence_id, customer_no, step, attempt)
)
PARTITION BY RANGE (occurrence_id);


CREATE TABLE message_subscriptions (
    instance_id uuid NOT NULL,
    subscription_id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    correlation text,
    CONSTRAINT pk_message_subscriptions PRIMARY KEY (instance_id, subscription_id)
);


CREATE TABLE messages (
    occurrence_id bigint NOT NULL,
    customer_no bigint NOT NULL,
    step smallint NOT NULL,
    state smallint NOT NULL,
    reason smallint NOT NULL,
    channel smallint NOT NULL,
    attempt smallint NOT NULL,
    variant smallint NOT NULL,
    cap_day integer NOT NULL,
    account_no integer NOT NULL,
    route integer NOT NULL,
    epoch integer NOT NULL,
    latest_minute integer NOT NULL DEFAULT 0,
    lease_until bigint NOT NULL,
    due_at bigint NOT NULL,
    changed_at bigint NOT NULL,
    cost bigint NOT NULL,
    CONSTRAINT pk_messages PRIMARY KEY (occurrence_id, customer_no, step)
)
PARTITION BY RANGE (occurrence_id);


CREATE TABLE metric_days (
    campaign_id uuid NOT NULL,
    metric text NOT NULL,
    arm text NOT NULL,
    day date NOT NULL,
    value bigint NOT NULL,
    CONSTRAINT pk_metric_days PRIMARY KEY (campaign_id, metric, arm, day)
);


CREATE TABLE nodes (
    name text NOT NULL,
    epoch bigint NOT NULL,
    until bigint NOT NULL,
    started_at bigint NOT NULL,
    CONSTRAINT pk_nodes PRIMARY KEY (name)
);


CREATE TABLE occurrence_members (
    occurrence_id bigint NOT NULL,
    customer_no bigint NOT NULL,
    CONSTRAINT pk_occurrence_members PRIMARY KEY (occurrence_id, customer_no)
)
PARTITION BY RANGE (occurrence_id);


CREATE TABLE occurrences (
    id bigint NOT NULL,
    reachout_id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    due bigint NOT NULL,
    latest_at bigint NOT NULL,
    state text NOT NULL,
    planned_to bigint,
    rank_after bigint NOT NULL,
    rank_to bigint NOT NULL,
    wave integer NOT NULL,
    wave_due bigint,
    has_own_audience boolean NOT NULL,
    kept text,
    CONSTRAINT pk_occurrences PRIMARY KEY (id)
);


CREATE TABLE opt_out_confirmations (
    id bigint GENERATED BY DEFAULT AS IDENTITY,
    account_no integer NOT NULL,
    customer_no bigint NOT NULL,
    campaign_id uuid,
    reply_ref text NOT NULL,
    address text,
    address_masked text NOT NULL,
    address_hash text NOT NULL,
    language text NOT NULL,
    text text NOT NULL,
    state smallint NOT NULL,
    replied_at bigint NOT NULL,
    latest bigint NOT NULL,
    lease_until bigint NOT NULL,
    changed_at bigint NOT NULL,
    provider_ref text,
    cost bigint NOT NULL,
    detail text,
    CONSTRAINT pk_opt_out_confirmations PRIMARY KEY (id)
);


CREATE TABLE process_incidents (
    instance_id uuid NOT NULL,
    incident_id text NOT NULL,
    element_id text NOT NULL,
    code text NOT NULL,
    message text NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT pk_process_incidents PRIMARY KEY (instance_id, incident_id)
);


CREATE TABLE process_instances (
    id uuid NOT NULL,
    sop_version_id uuid NOT NULL,
    decisions_json text NOT NULL,
    status text NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT pk_process_instances PRIMARY KEY (id)
);


CREATE TABLE process_runs (
    id uuid NOT NULL,
    definition_id uuid NOT NULL,
    decisions_json text NOT NULL,
    status text NOT NULL,
    state text NOT NULL,
    commands text NOT NULL,
    version bigint NOT NULL,
    started_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    CONSTRAINT pk_process_runs PRIMARY KEY (id)
)
WITH (fillfactor=60);


CREATE TABLE provider_refs (
    account_no integer NOT NULL,
    ref text NOT NULL,
    occurrence_id bigint NOT NULL,
    customer_no bigint NOT NULL,
    step smallint NOT NULL,
    attempt smallint NOT NULL,
    CONSTRAINT pk_provider_refs PRIMARY KEY (account_no, ref, occurrence_id, customer_no, step, attempt)
)
PARTITION BY RANGE (occurrence_id);


CREATE TABLE reach_forecasts (
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    audience_hash text NOT NULL,
    matched bigint NOT NULL,
    result text NOT NULL,
    made_by text NOT NULL,
    made_at bigint NOT NULL,
    CONSTRAINT pk_reach_forecasts PRIMARY KEY (id)
);


CREATE TABLE reachouts (
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    phase text NOT NULL,
    name text NOT NULL,
    due bigint NOT NULL,
    latest_at bigint NOT NULL,
    state text NOT NULL,
    package_hash text NOT NULL,
    spec text NOT NULL,
    created_at bigint NOT NULL,
    started_at bigint,
    ended_at bigint,
    CONSTRAINT pk_reachouts PRIMARY KEY (id)
);


CREATE TABLE receipt_inbox (
    id bigint GENERATED BY DEFAULT AS IDENTITY,
    account_no integer NOT NULL,
    state smallint NOT NULL,
    tries integer NOT NULL,
    next_try bigint NOT NULL,
    received_at bigint NOT NULL,
    content text NOT NULL,
    is_reply boolean NOT NULL,
    customer_no bigint,
    occurrence_id bigint,
    step smallint,
    CONSTRAINT pk_receipt_inbox PRIMARY KEY (id)
);


CREATE TABLE recurring_triggers (
    key text NOT NULL,
    kind text NOT NULL,
    cron text NOT NULL,
    rule text,
    time_zone text NOT NULL,
    campaign_id uuid,
    payload text NOT NULL,
    misfire text NOT NULL,
    last_fired_at bigint NOT NULL,
    CONSTRAINT pk_recurring_triggers PRIMARY KEY (key)
);


CREATE TABLE retrospectives (
    campaign_id uuid NOT NULL,
    state text NOT NULL,
    content_json text NOT NULL,
    drafted_at bigint NOT NULL,
    completed_by text,
    confirmed_by text,
    look_back_json text,
    version bigint NOT NULL,
    CONSTRAINT pk_retrospectives PRIMARY KEY (campaign_id)
);


CREATE TABLE sandbox_messages (
    echo text NOT NULL,
    provider text NOT NULL,
    kind text NOT NULL,
    occurrence_id bigint NOT NULL,
    customer_no bigint NOT NULL,
    address text NOT NULL,
    masked text NOT NULL,
    title text,
    text text NOT NULL,
    html text,
    language text NOT NULL,
    at bigint NOT NULL,
    CONSTRAINT pk_sandbox_messages PRIMARY KEY (echo)
);


CREATE TABLE scheduled_work (
    id uuid NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    campaign_id uuid,
    due bigint NOT NULL,
    misfire text NOT NULL,
    latest_seconds integer,
    payload text NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    node text,
    epoch bigint,
    last_error text,
    created_at bigint NOT NULL,
    done_at bigint,
    CONSTRAINT pk_scheduled_work PRIMARY KEY (id)
);


CREATE TABLE segments (
    key text NOT NULL,
    version integer NOT NULL,
    name_chinese text NOT NULL,
    name_english text NOT NULL,
    description_chinese text,
    description_english text,
    rule text NOT NULL,
    parameters text NOT NULL,
    state text NOT NULL,
    is_shipped boolean NOT NULL,
    written_by text NOT NULL,
    published_by text,
    created_at bigint NOT NULL,
    published_at bigint,
    revision bigint NOT NULL,
    CONSTRAINT pk_segments PRIMARY KEY (key, version)
);


CREATE TABLE send_batches (
    occurrence_id bigint NOT NULL,
    no integer NOT NULL,
    first_customer bigint NOT NULL,
    last_customer bigint NOT NULL,
    state smallint NOT NULL,
    wave integer NOT NULL,
    latest_at bigint,
    CONSTRAINT pk_send_batches PRIMARY KEY (occurrence_id, no)
);


CREATE TABLE send_controls (
    scope text NOT NULL,
    epoch bigint NOT NULL,
    held_by text,
    hold_reason text,
    held_at bigint,
    status_before text,
    reason_before text,
    paused_by text,
    pause_reason text,
    paused_at bigint,
    stopped_by text,
    stopped_at bigint,
    CONSTRAINT pk_send_controls PRIMARY KEY (scope)
);


CREATE TABLE sent_addresses (
    occurrence_id bigint NOT NULL,
    address_hash text NOT NULL,
    customer_no bigint NOT NULL,
    CONSTRAINT pk_sent_addresses PRIMARY KEY (occurrence_id, address_hash)
)
PARTITION BY RANGE (occurrence_id);


CREATE TABLE sop_forms (
    sop_version_id uuid NOT NULL,
    form_id text NOT NULL,
    json text NOT NULL,
    CONSTRAINT pk_sop_forms PRIMARY KEY (sop_version_id, form_id)
);


CREATE TABLE staff_reminders (
    id bigint GENERATED BY DEFAULT AS IDENTITY,
    campaign_id uuid NOT NULL,
    account_no integer NOT NULL,
    ref text NOT NULL,
    by text NOT NULL,
    at bigint NOT NULL,
    state smallint NOT NULL,
    detail text,
    CONSTRAINT pk_staff_reminders PRIMARY KEY (id)
);


CREATE TABLE suppressions (
    id uuid NOT NULL,
    customer_no bigint,
    address_hash text,
    address_masked text,
    channel text,
    reason text NOT NULL,
    note text,
    added_by text NOT NULL,
    added_at bigint NOT NULL,
    lifted_by text,
    lifted_at bigint,
    lift_reason text,
    CONSTRAINT pk_suppressions PRIMARY KEY (id)
);


CREATE TABLE tasks (
    id uuid NOT NULL,
    campaign_id uuid NOT NULL,
    engine_task_id text NOT NULL,
    element_id text NOT NULL,
    stage_id text,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    form_id text,
    candidate_roles text[] NOT NULL,
    candidate_users text[] NOT NULL,
    assignee text,
    due bigint,
    remind bigint,
    reminded_at bigint,
    state text NOT NULL,
    outcome text,
    reason text,
    data_json text,
    completed_by text,
    completed_at bigint,
    returned_because text,
    created_at bigint NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT pk_tasks PRIMARY KEY (id)
);


CREATE TABLE templates (
    id uuid NOT NULL,
    key text NOT NULL,
    channel text NOT NULL,
    language text NOT NULL,
    version integer NOT NULL,
    state text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    purpose text NOT NULL,
    title text,
    body text NOT NULL,
    html text,
    variables text NOT NULL,
    hash text NOT NULL,
    written_by text NOT NULL,
    written_at bigint NOT NULL,
    published_by text,
    published_at bigint,
    revision bigint NOT NULL,
    CONSTRAINT pk_templates PRIMARY KEY (id)
);


CREATE TABLE tracked_links (
    id text NOT NULL,
    occurrence_id bigint NOT NULL,
    customer_no bigint NOT NULL,
    step smallint NOT NULL,
    target text NOT NULL,
    expires_at bigint NOT NULL,
    clicks integer NOT NULL,
    human_clicks integer NOT NULL,
    first_click_at bigint,
    CONSTRAINT pk_tracked_links PRIMARY KEY (id, occurrence_id)
)
PARTITION BY RANGE (occurrence_id);


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


CREATE TABLE workspace_settings (
    key text NOT NULL,
    value text NOT NULL,
    CONSTRAINT pk_workspace_settings PRIMARY KEY (key)
);


CREATE UNIQUE INDEX ix_api_tokens_sha256 ON api_tokens (sha256);


CREATE INDEX ix_api_tokens_user_id ON api_tokens (user_id);


CREATE INDEX ix_approvals_by_at ON approvals (by, at);


CREATE INDEX ix_approvals_campaign_id ON approvals (campaign_id);


CREATE INDEX ix_audience_members_customer_no ON audience_members (customer_no);


CREATE INDEX ix_audit_events_actor_at ON audit_events (actor, at);


CREATE INDEX ix_audit_events_at ON audit_events (at);


CREATE INDEX ix_budget_routes_campaign_id ON budget_routes (campaign_id);


CREATE INDEX ix_campaign_events_campaign_id_kind_customer_no ON campaign_events (campaign_id, kind, customer_no);


CREATE UNIQUE INDEX ix_campaigns_code ON campaigns (code);


CREATE INDEX ix_campaigns_owner ON campaigns (owner);


CREATE INDEX ix_campaigns_status_stage ON campaigns (status, stage);


CREATE INDEX ix_campaigns_window_start ON campaigns (window_start);


CREATE UNIQUE INDEX ix_channel_accounts_name ON channel_accounts (name);


CREATE UNIQUE INDEX ix_channel_accounts_no ON channel_accounts (no);


CREATE INDEX ix_consents_customer_no_channel_purpose_at ON consents (customer_no, channel, purpose, at);


CREATE INDEX ix_customers_apns_token_hash ON customers (apns_token_hash);


CREATE INDEX ix_customers_email_hash ON customers (email_hash);


CREATE UNIQUE INDEX ix_customers_external_id ON customers (external_id);


CREATE INDEX ix_customers_fcm_token_hash ON customers (fcm_token_hash);


CREATE INDEX ix_customers_oa_openid_hash ON customers (oa_openid_hash);


CREATE INDEX ix_customers_phone_hash ON customers (phone_hash);


CREATE INDEX ix_customers_push_token_hash ON customers (push_token_hash);


CREATE INDEX ix_customers_web_push_hash ON customers (web_push_hash);


CREATE INDEX ix_customers_wecom_user_id_hash ON customers (wecom_user_id_hash);


CREATE INDEX ix_dated_rules_kind_name_from ON dated_rules (kind, name, "from");


CREATE UNIQUE INDEX ix_definition_versions_kind_key_version ON definition_versions (kind, key, version);


CREATE INDEX ix_early_messages_name_correlation ON early_messages (name, correlation);


CREATE INDEX ix_early_messages_until ON early_messages (until);


CREATE INDEX ix_guardrail_trips_campaign_id ON guardrail_trips (campaign_id);


CREATE INDEX ix_held_messages_customer_no ON held_messages (customer_no);


CREATE INDEX ix_held_receipts_customer_no ON held_receipts (customer_no);


CREATE INDEX ix_idempotency_keys_at ON idempotency_keys (at);


CREATE INDEX ix_incidents_campaign_id ON incidents (campaign_id);


CREATE INDEX ix_incidents_raised_at ON incidents (raised_at) WHERE closed_at IS NULL;


CREATE INDEX ix_legal_holds_campaign_id ON legal_holds (campaign_id) WHERE lifted_at IS NULL;


CREATE INDEX ix_legal_holds_customer_no ON legal_holds (customer_no) WHERE lifted_at IS NULL;


CREATE INDEX ix_legal_limits_name_from ON legal_limits (name, "from");


CREATE INDEX ix_lessons_campaign_id ON lessons (campaign_id);


CREATE INDEX ix_lessons_objective_form ON lessons (objective, form);


CREATE INDEX ix_link_clicks_link_id ON link_clicks (link_id);


CREATE INDEX ix_manual_messages_task_id ON manual_messages (task_id);


CREATE INDEX ix_message_issues_settle_after ON message_issues (settle_after) WHERE settle_after > 0;


CREATE INDEX ix_message_subscriptions_name_correlation ON message_subscriptions (name, correlation);


CREATE INDEX ix_occurrences_campaign_id ON occurrences (campaign_id);


CREATE INDEX ix_occurrences_reachout_id ON occurrences (reachout_id);


CREATE INDEX ix_opt_out_confirmations_account_no_provider_ref ON opt_out_confirmations (account_no, provider_ref);


CREATE UNIQUE INDEX ix_opt_out_confirmations_account_no_reply_ref ON opt_out_confirmations (account_no, reply_ref);


CREATE INDEX ix_opt_out_confirmations_campaign_id ON opt_out_confirmations (campaign_id) WHERE campaign_id IS NOT NULL;


CREATE INDEX ix_opt_out_confirmations_customer_no_id ON opt_out_confirmations (customer_no, id);


CREATE INDEX ix_opt_out_confirmations_lease_until ON opt_out_confirmations (lease_until) WHERE state = 1;


CREATE INDEX ix_process_runs_started_at ON process_runs (started_at);


CREATE INDEX ix_reach_forecasts_campaign_id_made_at ON reach_forecasts (campaign_id, made_at);


CREATE UNIQUE INDEX ix_reachouts_campaign_id_phase ON reachouts (campaign_id, phase);


CREATE INDEX ix_receipt_inbox_next_try ON receipt_inbox (next_try) WHERE state = 0;


CREATE INDEX ix_recurring_triggers_campaign_id ON recurring_triggers (campaign_id);


CREATE INDEX ix_sandbox_messages_at ON sandbox_messages (at);


CREATE INDEX ix_sandbox_messages_occurrence_id ON sandbox_messages (occurrence_id);


CREATE INDEX ix_scheduled_work_campaign_id ON scheduled_work (campaign_id);


CREATE INDEX ix_scheduled_work_due ON scheduled_work (due) WHERE state = 'Due';


CREATE INDEX ix_scheduled_work_epoch ON scheduled_work (epoch) WHERE state = 'Leased';


CREATE UNIQUE INDEX ix_scheduled_work_kind_key ON scheduled_work (kind, key) WHERE state = 'Due';


CREATE INDEX ix_staff_reminders_campaign_id_at ON staff_reminders (campaign_id, at);


CREATE INDEX ix_suppressions_address_hash ON suppressions (address_hash);


CREATE INDEX ix_suppressions_customer_no ON suppressions (customer_no);


CREATE INDEX ix_tasks_assignee_state ON tasks (assignee, state);


CREATE INDEX ix_tasks_campaign_id_state ON tasks (campaign_id, state);


CREATE INDEX ix_tasks_completed_by_completed_at ON tasks (completed_by, completed_at);


CREATE INDEX ix_tasks_state_due ON tasks (state, due);


CREATE UNIQUE INDEX ix_templates_key_channel_language_version ON templates (key, channel, language, version);


CREATE UNIQUE INDEX ix_tracked_links_occurrence_id_customer_no_step ON tracked_links (occurrence_id, customer_no, step);


CREATE UNIQUE INDEX ix_users_user_name ON users (user_name);


