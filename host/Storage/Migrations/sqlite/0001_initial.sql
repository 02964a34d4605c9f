CREATE TABLE "account_rates" (
    "account_no" INTEGER NOT NULL,
    "occurrence_id" INTEGER NOT NULL,
    "free_at" INTEGER NOT NULL,
    "seen_at" INTEGER NOT NULL,
    CONSTRAINT "pk_account_rates" PRIMARY KEY ("account_no", "occurrence_id")
);


CREATE TABLE "api_tokens" (
    "id" TEXT NOT NULL CONSTRAINT "pk_api_tokens" PRIMARY KEY,
    "user_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "expires_at" INTEGER NULL,
    "revoked_at" INTEGER NULL
);


CREATE TABLE "approvals" (
    "id" TEXT NOT NULL CONSTRAINT "pk_approvals" PRIMARY KEY,
    "campaign_id" TEXT NOT NULL,
    "task_id" TEXT NOT NULL,
    "element_id" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "reason" TEXT NULL,
    "parts_json" TEXT NOT NULL,
    "package_hash" TEXT NOT NULL,
    "voided_at" INTEGER NULL,
    "voided_by" TEXT NULL,
    "voided_parts" TEXT NOT NULL
);


CREATE TABLE "audience_freezes" (
    "campaign_id" TEXT NOT NULL CONSTRAINT "pk_audience_freezes" PRIMARY KEY,
    "rule" TEXT NOT NULL,
    "holdout_percent" TEXT NOT NULL,
    "holdout_count" INTEGER NULL,
    "ceiling" INTEGER NULL,
    "state" TEXT NOT NULL,
    "scanned_to" INTEGER NOT NULL,
    "scanned" INTEGER NOT NULL,
    "matched" INTEGER NOT NULL,
    "nulls" INTEGER NOT NULL,
    "holdout" INTEGER NOT NULL,
    "global_holdout" INTEGER NOT NULL,
    "started_at" INTEGER NOT NULL,
    "finished_at" INTEGER NULL
);


CREATE TABLE "audience_members" (
    "campaign_id" TEXT NOT NULL,
    "customer_no" INTEGER NOT NULL,
    "arm" TEXT NOT NULL,
    "rank" INTEGER NOT NULL,
    CONSTRAINT "pk_audience_members" PRIMARY KEY ("campaign_id", "customer_no")
);


CREATE TABLE "audit_events" (
    "chain" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "actor" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "subject" TEXT NULL,
    "reason" TEXT NULL,
    "data" TEXT NOT NULL,
    "previous_hash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    CONSTRAINT "pk_audit_events" PRIMARY KEY ("chain", "seq")
);


CREATE TABLE "audit_heads" (
    "chain" TEXT NOT NULL CONSTRAINT "pk_audit_heads" PRIMARY KEY,
    "seq" INTEGER NOT NULL,
    "hash" TEXT NOT NULL
);


CREATE TABLE "budget_routes" (
    "occurrence_id" INTEGER NOT NULL,
    "channel" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "campaign_id" TEXT NOT NULL,
    CONSTRAINT "pk_budget_routes" PRIMARY KEY ("occurrence_id", "channel", "name")
);


CREATE TABLE "budget_shares" (
    "campaign_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "shard" INTEGER NOT NULL,
    "quota" INTEGER NOT NULL,
    "reserved" INTEGER NOT NULL,
    "spent" INTEGER NOT NULL,
    CONSTRAINT "pk_budget_shares" PRIMARY KEY ("campaign_id", "name", "shard")
);


CREATE TABLE "calendar_days" (
    "date" TEXT NOT NULL CONSTRAINT "pk_calendar_days" PRIMARY KEY,
    "is_working_day" INTEGER NOT NULL,
    "name_zh" TEXT NOT NULL,
    "name_en" TEXT NOT NULL
);


CREATE TABLE "campaign_codes" (
    "year" INTEGER NOT NULL CONSTRAINT "pk_campaign_codes" PRIMARY KEY,
    "last" INTEGER NOT NULL
);


CREATE TABLE "campaign_events" (
    "id" TEXT NOT NULL CONSTRAINT "pk_campaign_events" PRIMARY KEY,
    "campaign_id" TEXT NOT NULL,
    "kind" INTEGER NOT NULL,
    "customer_no" INTEGER NOT NULL,
    "arm" TEXT NOT NULL,
    "value" INTEGER NOT NULL,
    "name" TEXT NULL,
    "attributes" TEXT NULL,
    "at" INTEGER NOT NULL,
    "received_at" INTEGER NOT NULL,
    "source" TEXT NOT NULL
);


CREATE TABLE "campaigns" (
    "id" TEXT NOT NULL CONSTRAINT "pk_campaigns" PRIMARY KEY,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "owner" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "status_reason" TEXT NULL,
    "stage" TEXT NULL,
    "level" TEXT NULL,
    "objective" TEXT NOT NULL,
    "form" TEXT NOT NULL,
    "window_start" TEXT NOT NULL,
    "window_end" TEXT NOT NULL,
    "brief_json" TEXT NOT NULL,
    "facts_json" TEXT NOT NULL,
    "package_hash" TEXT NOT NULL,
    "approved_hash" TEXT NULL,
    "sop_version_id" TEXT NOT NULL,
    "cloned_from" TEXT NULL,
    "launched_at" INTEGER NULL,
    "closed_at" INTEGER NULL,
    "created_at" INTEGER NOT NULL,
    "updated_at" INTEGER NOT NULL,
    "version" INTEGER NOT NULL
);


CREATE TABLE "cap_days" (
    "customer_no" INTEGER NOT NULL,
    "purpose" INTEGER NOT NULL,
    "day" INTEGER NOT NULL,
    "used" INTEGER NOT NULL,
    "by_channel" INTEGER NOT NULL,
    CONSTRAINT "pk_cap_days" PRIMARY KEY ("customer_no", "purpose", "day")
);


CREATE TABLE "channel_accounts" (
    "id" TEXT NOT NULL CONSTRAINT "pk_channel_accounts" PRIMARY KEY,
    "no" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "settings" TEXT NOT NULL,
    "callback_secret" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "route" INTEGER NOT NULL,
    "live_requested_by" TEXT NULL,
    "live_approved_by" TEXT NULL,
    "is_disabled" INTEGER NOT NULL,
    "is_default" INTEGER NOT NULL,
    "purposes" TEXT NOT NULL,
    "prefixes" TEXT NOT NULL,
    "rank" INTEGER NOT NULL,
    "signature_zh" TEXT NOT NULL,
    "signature_en" TEXT NOT NULL,
    "registration" TEXT NOT NULL,
    "registration_number" TEXT NULL,
    "registered_until" INTEGER NULL,
    "rate" REAL NULL,
    "rate_group" TEXT NOT NULL,
    "rate_no" INTEGER NOT NULL,
    "price" INTEGER NOT NULL,
    "seeds" TEXT NULL,
    "last_error" TEXT NULL,
    "last_error_at" INTEGER NULL,
    "last_accepted_at" INTEGER NULL,
    "closed_until" INTEGER NULL,
    "created_at" INTEGER NOT NULL,
    "version" INTEGER NOT NULL
);


CREATE TABLE "click_hours" (
    "customer_no" INTEGER NOT NULL,
    "hour" INTEGER NOT NULL,
    "clicks" INTEGER NOT NULL,
    CONSTRAINT "pk_click_hours" PRIMARY KEY ("customer_no", "hour")
);


CREATE TABLE "commit_marks" (
    "process" TEXT NOT NULL,
    "slot" INTEGER NOT NULL,
    "mark" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    CONSTRAINT "pk_commit_marks" PRIMARY KEY ("process", "slot")
);


CREATE TABLE "consents" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_consents" PRIMARY KEY AUTOINCREMENT,
    "customer_no" INTEGER NOT NULL,
    "channel" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "granted" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "text_version" TEXT NULL,
    "evidence" TEXT NULL,
    "recorded_by" TEXT NOT NULL,
    "recorded_at" INTEGER NOT NULL
);


CREATE TABLE "contents" (
    "hash" TEXT NOT NULL CONSTRAINT "pk_contents" PRIMARY KEY,
    "content" TEXT NOT NULL
);


CREATE TABLE "cookie_keys" (
    "name" TEXT NOT NULL CONSTRAINT "pk_cookie_keys" PRIMARY KEY,
    "sealed" TEXT NOT NULL
);


CREATE TABLE "customer_attributes" (
    "name" TEXT NOT NULL CONSTRAINT "pk_customer_attributes" PRIMARY KEY,
    "type" TEXT NOT NULL,
    "label_chinese" TEXT NOT NULL,
    "label_english" TEXT NOT NULL,
    "is_sensitive" INTEGER NOT NULL,
    "printing" TEXT NOT NULL,
    "position" INTEGER NOT NULL,
    "version" INTEGER NOT NULL
);


CREATE TABLE "customer_import_errors" (
    "import_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "line" INTEGER NOT NULL,
    "column" TEXT NULL,
    "value" TEXT NULL,
    "reason" TEXT NOT NULL,
    "args" TEXT NULL,
    CONSTRAINT "pk_customer_import_errors" PRIMARY KEY ("import_id", "number")
);


CREATE TABLE "customer_import_slices" (
    "import_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "rows" INTEGER NOT NULL,
    "content" TEXT NOT NULL,
    CONSTRAINT "pk_customer_import_slices" PRIMARY KEY ("import_id", "number")
);


CREATE TABLE "customer_imports" (
    "id" TEXT NOT NULL CONSTRAINT "pk_customer_imports" PRIMARY KEY,
    "file_name" TEXT NOT NULL,
    "sha256" TEXT NULL,
    "bytes" INTEGER NOT NULL,
    "encoding" TEXT NULL,
    "state" TEXT NOT NULL,
    "problem" TEXT NULL,
    "problem_args" TEXT NULL,
    "rows_read" INTEGER NOT NULL,
    "rejected" INTEGER NOT NULL,
    "created" INTEGER NOT NULL,
    "updated" INTEGER NOT NULL,
    "unchanged" INTEGER NOT NULL,
    "slices" INTEGER NOT NULL,
    "slices_applied" INTEGER NOT NULL,
    "started_by" TEXT NOT NULL,
    "started_at" INTEGER NOT NULL,
    "finished_at" INTEGER NULL
);


CREATE TABLE "customers" (
    "customer_no" INTEGER NOT NULL CONSTRAINT "pk_customers" PRIMARY KEY AUTOINCREMENT,
    "external_id" TEXT NOT NULL,
    "attributes" TEXT NOT NULL,
    "language" TEXT NULL,
    "time_zone" TEXT NULL,
    "phone" TEXT NULL,
    "phone_hash" TEXT NULL,
    "email" TEXT NULL,
    "email_hash" TEXT NULL,
    "push_token" TEXT NULL,
    "push_token_hash" TEXT NULL,
    "fcm_token" TEXT NULL,
    "fcm_token_hash" TEXT NULL,
    "apns_token" TEXT NULL,
    "apns_token_hash" TEXT NULL,
    "web_push" TEXT NULL,
    "web_push_hash" TEXT NULL,
    "wecom_user_id" TEXT NULL,
    "wecom_user_id_hash" TEXT NULL,
    "oa_openid" TEXT NULL,
    "oa_openid_hash" TEXT NULL,
    "consent_bits" INTEGER NOT NULL,
    "version" INTEGER NOT NULL,
    "created_at" INTEGER NOT NULL,
    "updated_at" INTEGER NOT NULL,
    "erased_at" INTEGER NULL
);


CREATE TABLE "data_keys" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_data_keys" PRIMARY KEY,
    "purpose" TEXT NOT NULL,
    "wrapped" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL
);


CREATE TABLE "dated_rules" (
    "id" TEXT NOT NULL CONSTRAINT "pk_dated_rules" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "from" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "proposed_by" TEXT NOT NULL,
    "proposed_at" INTEGER NOT NULL,
    "published_by" TEXT NULL,
    "published_at" INTEGER NULL
);


CREATE TABLE "definition_versions" (
    "id" TEXT NOT NULL CONSTRAINT "pk_definition_versions" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "name_zh" TEXT NOT NULL,
    "name_en" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "xml" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "problems_json" TEXT NOT NULL,
    "uploaded_by" TEXT NOT NULL,
    "uploaded_at" INTEGER NOT NULL,
    "published_by" TEXT NULL,
    "published_at" INTEGER NULL
);


CREATE TABLE "dropped_audiences" (
    "campaign_id" TEXT NOT NULL CONSTRAINT "pk_dropped_audiences" PRIMARY KEY,
    "treated" INTEGER NOT NULL,
    "holdout" INTEGER NOT NULL,
    "global_holdout" INTEGER NOT NULL,
    "dropped_at" INTEGER NOT NULL
);


CREATE TABLE "early_messages" (
    "id" TEXT NOT NULL CONSTRAINT "pk_early_messages" PRIMARY KEY,
    "from" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "correlation" TEXT NULL,
    "variables_json" TEXT NOT NULL,
    "until" INTEGER NOT NULL
);


CREATE TABLE "experiment_decisions" (
    "reachout_id" TEXT NOT NULL CONSTRAINT "pk_experiment_decisions" PRIMARY KEY,
    "winner" INTEGER NOT NULL,
    "decided_by" TEXT NOT NULL,
    "reason" TEXT NULL,
    "figures" TEXT NOT NULL,
    "decided_at" INTEGER NOT NULL
);


CREATE TABLE "files" (
    "sha256" TEXT NOT NULL CONSTRAINT "pk_files" PRIMARY KEY,
    "media_type" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "bytes" BLOB NOT NULL,
    "uploaded_by" TEXT NOT NULL,
    "uploaded_at" INTEGER NOT NULL
);


CREATE TABLE "guardrail_trips" (
    "id" TEXT NOT NULL CONSTRAINT "pk_guardrail_trips" PRIMARY KEY,
    "campaign_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "condition" TEXT NOT NULL,
    "was_decided" INTEGER NOT NULL,
    "figures" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "cleared_at" INTEGER NULL,
    "is_rearmed" INTEGER NOT NULL
);


CREATE TABLE "held_evidence" (
    "occurrence_id" INTEGER NOT NULL,
    "customer_no" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "kind" INTEGER NOT NULL,
    "ref" TEXT NOT NULL,
    "account_no" INTEGER NOT NULL,
    "state" INTEGER NOT NULL,
    "reason" INTEGER NOT NULL,
    "code" TEXT NULL,
    "text" TEXT NULL,
    "at" INTEGER NOT NULL,
    CONSTRAINT "pk_held_evidence" PRIMARY KEY ("occurrence_id", "customer_no", "step", "attempt", "kind", "ref")
);


CREATE TABLE "held_messages" (
    "occurrence_id" INTEGER NOT NULL,
    "customer_no" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "campaign_id" TEXT NOT NULL,
    "state" INTEGER NOT NULL,
    "reason" INTEGER NOT NULL,
    "channel" INTEGER NOT NULL,
    "account_no" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "due_at" INTEGER NOT NULL,
    "changed_at" INTEGER NOT NULL,
    "cost" INTEGER NOT NULL,
    "variant" INTEGER NOT NULL,
    "kept_at" INTEGER NOT NULL,
    CONSTRAINT "pk_held_messages" PRIMARY KEY ("occurrence_id", "customer_no", "step")
);


CREATE TABLE "held_receipts" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_held_receipts" PRIMARY KEY,
    "customer_no" INTEGER NOT NULL,
    "occurrence_id" INTEGER NULL,
    "step" INTEGER NULL,
    "account_no" INTEGER NOT NULL,
    "is_reply" INTEGER NOT NULL,
    "received_at" INTEGER NOT NULL,
    "content" TEXT NOT NULL,
    "kept_at" INTEGER NOT NULL
);


CREATE TABLE "held_texts" (
    "occurrence_id" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "variant" INTEGER NOT NULL,
    "channel" INTEGER NOT NULL,
    "language" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "package_hash" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    CONSTRAINT "pk_held_texts" PRIMARY KEY ("occurrence_id", "step", "variant", "channel", "language")
);


CREATE TABLE "idempotency_keys" (
    "user_name" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "status" INTEGER NULL,
    "content_type" TEXT NULL,
    "body" BLOB NULL,
    CONSTRAINT "pk_idempotency_keys" PRIMARY KEY ("user_name", "key")
);


CREATE TABLE "incidents" (
    "id" TEXT NOT NULL CONSTRAINT "pk_incidents" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "campaign_id" TEXT NULL,
    "message" TEXT NOT NULL,
    "retry_kind" TEXT NULL,
    "retry_key" TEXT NULL,
    "retry_payload" TEXT NULL,
    "choices" TEXT NULL,
    "raised_at" INTEGER NOT NULL,
    "closed_at" INTEGER NULL,
    "closed_by" TEXT NULL,
    "outcome" TEXT NULL,
    "note" TEXT NULL
);


CREATE TABLE "launch_packages" (
    "campaign_id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "parts_json" TEXT NOT NULL,
    "brief_version" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    CONSTRAINT "pk_launch_packages" PRIMARY KEY ("campaign_id", "hash")
);


CREATE TABLE "ledger_month_drops" (
    "month" INTEGER NOT NULL CONSTRAINT "pk_ledger_month_drops" PRIMARY KEY,
    "state" TEXT NOT NULL,
    "requested_by" TEXT NOT NULL,
    "requested_at" INTEGER NOT NULL,
    "reason" TEXT NOT NULL,
    "approved_by" TEXT NULL,
    "approved_at" INTEGER NULL,
    "dropped_at" INTEGER NULL,
    "messages" INTEGER NOT NULL,
    "kept_apart" INTEGER NOT NULL
);


CREATE TABLE "legal_holds" (
    "id" TEXT NOT NULL CONSTRAINT "pk_legal_holds" PRIMARY KEY,
    "customer_no" INTEGER NULL,
    "campaign_id" TEXT NULL,
    "reason" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "placed_by" TEXT NOT NULL,
    "placed_at" INTEGER NOT NULL,
    "lifted_by" TEXT NULL,
    "lifted_at" INTEGER NULL,
    "lift_reason" TEXT NULL
);


CREATE TABLE "legal_limits" (
    "id" TEXT NOT NULL CONSTRAINT "pk_legal_limits" PRIMARY KEY,
    "name" TEXT NOT NULL,
    "from" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "proposed_by" TEXT NOT NULL,
    "proposed_at" INTEGER NOT NULL,
    "published_by" TEXT NULL,
    "published_at" INTEGER NULL
);


CREATE TABLE "lessons" (
    "id" TEXT NOT NULL CONSTRAINT "pk_lessons" PRIMARY KEY,
    "campaign_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "tags" TEXT NOT NULL,
    "objective" TEXT NOT NULL,
    "form" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "at" INTEGER NOT NULL
);


CREATE TABLE "link_clicks" (
    "id" TEXT NOT NULL,
    "occurrence_id" INTEGER NOT NULL,
    "link_id" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "verdict" INTEGER NOT NULL,
    CONSTRAINT "pk_link_clicks" PRIMARY KEY ("id", "occurrence_id")
);


CREATE TABLE "manual_briefs" (
    "task_id" TEXT NOT NULL CONSTRAINT "pk_manual_briefs" PRIMARY KEY,
    "place" TEXT NOT NULL,
    "instructions" TEXT NOT NULL,
    "proof" TEXT NOT NULL
);


CREATE TABLE "manual_messages" (
    "occurrence_id" INTEGER NOT NULL,
    "customer_no" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "task_id" TEXT NOT NULL,
    "account_no" INTEGER NOT NULL,
    "is_settled" INTEGER NOT NULL,
    CONSTRAINT "pk_manual_messages" PRIMARY KEY ("occurrence_id", "customer_no", "step", "attempt")
);


CREATE TABLE "message_budgets" (
    "campaign_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "amount" INTEGER NULL,
    "exhausted_at" INTEGER NULL,
    "short_of" INTEGER NOT NULL,
    CONSTRAINT "pk_message_budgets" PRIMARY KEY ("campaign_id", "name")
);


CREATE TABLE "message_counts" (
    "occurrence_id" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "channel" INTEGER NOT NULL,
    "state" INTEGER NOT NULL,
    "reason" INTEGER NOT NULL,
    "shard" INTEGER NOT NULL,
    "count" INTEGER NOT NULL,
    CONSTRAINT "pk_message_counts" PRIMARY KEY ("occurrence_id", "step", "channel", "state", "reason", "shard")
);


CREATE TABLE "message_issues" (
    "occurrence_id" INTEGER NOT NULL,
    "customer_no" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "account_no" INTEGER NOT NULL,
    "state" INTEGER NOT NULL,
    "reason" INTEGER NOT NULL,
    "code" TEXT NULL,
    "text" TEXT NULL,
    "at" INTEGER NOT NULL,
    "settle_after" INTEGER NOT NULL,
    CONSTRAINT "pk_message_issues" PRIMARY KEY ("occurrence_id", "customer_no", "step", "attempt")
);


CREATE TABLE "message_subscriptions" (
    "instance_id" TEXT NOT NULL,
    "subscription_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "correlation" TEXT NULL,
    CONSTRAINT "pk_message_subscriptions" PRIMARY KEY ("instance_id", "subscription_id")
);


CREATE TABLE "messages" (
    "occurrence_id" INTEGER NOT NULL,
    "customer_no" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "state" INTEGER NOT NULL,
    "reason" INTEGER NOT NULL,
    "channel" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "variant" INTEGER NOT NULL,
    "cap_day" INTEGER NOT NULL,
    "account_no" INTEGER NOT NULL,
    "route" INTEGER NOT NULL,
    "epoch" INTEGER NOT NULL,
    "latest_minute" INTEGER NOT NULL DEFAULT 0,
    "lease_until" INTEGER NOT NULL,
    "due_at" INTEGER NOT NULL,
    "changed_at" INTEGER NOT NULL,
    "cost" INTEGER NOT NULL,
    CONSTRAINT "pk_messages" PRIMARY KEY ("occurrence_id", "customer_no", "step")
);


CREATE TABLE "metric_days" (
    "campaign_id" TEXT NOT NULL,
    "metric" TEXT NOT NULL,
    "arm" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "value" INTEGER NOT NULL,
    CONSTRAINT "pk_metric_days" PRIMARY KEY ("campaign_id", "metric", "arm", "day")
);


CREATE TABLE "nodes" (
    "name" TEXT NOT NULL CONSTRAINT "pk_nodes" PRIMARY KEY,
    "epoch" INTEGER NOT NULL,
    "until" INTEGER NOT NULL,
    "started_at" INTEGER NOT NULL
);


CREATE TABLE "occurrence_members" (
    "occurrence_id" INTEGER NOT NULL,
    "customer_no" INTEGER NOT NULL,
    CONSTRAINT "pk_occurrence_members" PRIMARY KEY ("occurrence_id", "customer_no")
);


CREATE TABLE "occurrences" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_occurrences" PRIMARY KEY,
    "reachout_id" TEXT NOT NULL,
    "campaign_id" TEXT NOT NULL,
    "due" INTEGER NOT NULL,
    "latest_at" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "planned_to" INTEGER NULL,
    "rank_after" INTEGER NOT NULL,
    "rank_to" INTEGER NOT NULL,
    "wave" INTEGER NOT NULL,
    "wave_due" INTEGER NULL,
    "has_own_audience" INTEGER NOT NULL,
    "kept" TEXT NULL
);


CREATE TABLE "opt_out_confirmations" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_opt_out_confirmations" PRIMARY KEY AUTOINCREMENT,
    "account_no" INTEGER NOT NULL,
    "customer_no" INTEGER NOT NULL,
    "campaign_id" TEXT NULL,
    "reply_ref" TEXT NOT NULL,
    "address" TEXT NULL,
    "address_masked" TEXT NOT NULL,
    "address_hash" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "state" INTEGER NOT NULL,
    "replied_at" INTEGER NOT NULL,
    "latest" INTEGER NOT NULL,
    "lease_until" INTEGER NOT NULL,
    "changed_at" INTEGER NOT NULL,
    "provider_ref" TEXT NULL,
    "cost" INTEGER NOT NULL,
    "detail" TEXT NULL
);


CREATE TABLE "process_incidents" (
    "instance_id" TEXT NOT NULL,
    "incident_id" TEXT NOT NULL,
    "element_id" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    CONSTRAINT "pk_process_incidents" PRIMARY KEY ("instance_id", "incident_id")
);


CREATE TABLE "process_instances" (
    "id" TEXT NOT NULL CONSTRAINT "pk_process_instances" PRIMARY KEY,
    "sop_version_id" TEXT NOT NULL,
    "decisions_json" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "updated_at" INTEGER NOT NULL
);


CREATE TABLE "process_runs" (
    "id" TEXT NOT NULL CONSTRAINT "pk_process_runs" PRIMARY KEY,
    "definition_id" TEXT NOT NULL,
    "decisions_json" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "commands" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "started_at" INTEGER NOT NULL,
    "updated_at" INTEGER NOT NULL
);


CREATE TABLE "provider_refs" (
    "account_no" INTEGER NOT NULL,
    "ref" TEXT NOT NULL,
    "occurrence_id" INTEGER NOT NULL,
    "customer_no" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    CONSTRAINT "pk_provider_refs" PRIMARY KEY ("account_no", "ref", "occurrence_id", "customer_no", "step", "attempt")
);


CREATE TABLE "reach_forecasts" (
    "id" TEXT NOT NULL CONSTRAINT "pk_reach_forecasts" PRIMARY KEY,
    "campaign_id" TEXT NOT NULL,
    "audience_hash" TEXT NOT NULL,
    "matched" INTEGER NOT NULL,
    "result" TEXT NOT NULL,
    "made_by" TEXT NOT NULL,
    "made_at" INTEGER NOT NULL
);


CREATE TABLE "reachouts" (
    "id" TEXT NOT NULL CONSTRAINT "pk_reachouts" PRIMARY KEY,
    "campaign_id" TEXT NOT NULL,
    "phase" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "due" INTEGER NOT NULL,
    "latest_at" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "package_hash" TEXT NOT NULL,
    "spec" TEXT NOT NULL,
    "created_at" INTEGER NOT NULL,
    "started_at" INTEGER NULL,
    "ended_at" INTEGER NULL
);


CREATE TABLE "receipt_inbox" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_receipt_inbox" PRIMARY KEY AUTOINCREMENT,
    "account_no" INTEGER NOT NULL,
    "state" INTEGER NOT NULL,
    "tries" INTEGER NOT NULL,
    "next_try" INTEGER NOT NULL,
    "received_at" INTEGER NOT NULL,
    "content" TEXT NOT NULL,
    "is_reply" INTEGER NOT NULL,
    "customer_no" INTEGER NULL,
    "occurrence_id" INTEGER NULL,
    "step" INTEGER NULL
);


CREATE TABLE "recurring_triggers" (
    "key" TEXT NOT NULL CONSTRAINT "pk_recurring_triggers" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "cron" TEXT NOT NULL,
    "rule" TEXT NULL,
    "time_zone" TEXT NOT NULL,
    "campaign_id" TEXT NULL,
    "payload" TEXT NOT NULL,
    "misfire" TEXT NOT NULL,
    "last_fired_at" INTEGER NOT NULL
);


CREATE TABLE "retrospectives" (
    "campaign_id" TEXT NOT NULL CONSTRAINT "pk_retrospectives" PRIMARY KEY,
    "state" TEXT NOT NULL,
    "content_json" TEXT NOT NULL,
    "drafted_at" INTEGER NOT NULL,
    "completed_by" TEXT NULL,
    "confirmed_by" TEXT NULL,
    "look_back_json" TEXT NULL,
    "version" INTEGER NOT NULL
);


CREATE TABLE "sandbox_messages" (
    "echo" TEXT NOT NULL CONSTRAINT "pk_sandbox_messages" PRIMARY KEY,
    "provider" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "occurrence_id" INTEGER NOT NULL,
    "customer_no" INTEGER NOT NULL,
    "address" TEXT NOT NULL,
    "masked" TEXT NOT NULL,
    "title" TEXT NULL,
    "text" TEXT NOT NULL,
    "html" TEXT NULL,
    "language" TEXT NOT NULL,
    "at" INTEGER NOT NULL
);


CREATE TABLE "scheduled_work" (
    "id" TEXT NOT NULL CONSTRAINT "pk_scheduled_work" PRIMARY KEY,
    "kind" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "campaign_id" TEXT NULL,
    "due" INTEGER NOT NULL,
    "misfire" TEXT NOT NULL,
    "latest_seconds" INTEGER NULL,
    "payload" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "node" TEXT NULL,
    "epoch" INTEGER NULL,
    "last_error" TEXT NULL,
    "created_at" INTEGER NOT NULL,
    "done_at" INTEGER NULL
);


CREATE TABLE "segments" (
    "key" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "name_chinese" TEXT NOT NULL,
    "name_english" TEXT NOT NULL,
    "description_chinese" TEXT NULL,
    "description_english" TEXT NULL,
    "rule" TEXT NOT NULL,
    "parameters" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "is_shipped" INTEGER NOT NULL,
    "written_by" TEXT NOT NULL,
    "published_by" TEXT NULL,
    "created_at" INTEGER NOT NULL,
    "published_at" INTEGER NULL,
    "revision" INTEGER NOT NULL,
    CONSTRAINT "pk_segments" PRIMARY KEY ("key", "version")
);


CREATE TABLE "send_batches" (
    "occurrence_id" INTEGER NOT NULL,
    "no" INTEGER NOT NULL,
    "first_customer" INTEGER NOT NULL,
    "last_customer" INTEGER NOT NULL,
    "state" INTEGER NOT NULL,
    "wave" INTEGER NOT NULL,
    "latest_at" INTEGER NULL,
    CONSTRAINT "pk_send_batches" PRIMARY KEY ("occurrence_id", "no")
);


CREATE TABLE "send_controls" (
    "scope" TEXT NOT NULL CONSTRAINT "pk_send_controls" PRIMARY KEY,
    "epoch" INTEGER NOT NULL,
    "held_by" TEXT NULL,
    "hold_reason" TEXT NULL,
    "held_at" INTEGER NULL,
    "status_before" TEXT NULL,
    "reason_before" TEXT NULL,
    "paused_by" TEXT NULL,
    "pause_reason" TEXT NULL,
    "paused_at" INTEGER NULL,
    "stopped_by" TEXT NULL,
    "stopped_at" INTEGER NULL
);


CREATE TABLE "sent_addresses" (
    "occurrence_id" INTEGER NOT NULL,
    "address_hash" TEXT NOT NULL,
    "customer_no" INTEGER NOT NULL,
    CONSTRAINT "pk_sent_addresses" PRIMARY KEY ("occurrence_id", "address_hash")
);


CREATE TABLE "sop_forms" (
    "sop_version_id" TEXT NOT NULL,
    "form_id" TEXT NOT NULL,
    "json" TEXT NOT NULL,
    CONSTRAINT "pk_sop_forms" PRIMARY KEY ("sop_version_id", "form_id")
);


CREATE TABLE "staff_reminders" (
    "id" INTEGER NOT NULL CONSTRAINT "pk_staff_reminders" PRIMARY KEY AUTOINCREMENT,
    "campaign_id" TEXT NOT NULL,
    "account_no" INTEGER NOT NULL,
    "ref" TEXT NOT NULL,
    "by" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "state" INTEGER NOT NULL,
    "detail" TEXT NULL
);


CREATE TABLE "suppressions" (
    "id" TEXT NOT NULL CONSTRAINT "pk_suppressions" PRIMARY KEY,
    "customer_no" INTEGER NULL,
    "address_hash" TEXT NULL,
    "address_masked" TEXT NULL,
    "channel" TEXT NULL,
    "reason" TEXT NOT NULL,
    "note" TEXT NULL,
    "added_by" TEXT NOT NULL,
    "added_at" INTEGER NOT NULL,
    "lifted_by" TEXT NULL,
    "lifted_at" INTEGER NULL,
    "lift_reason" TEXT NULL
);


CREATE TABLE "tasks" (
    "id" TEXT NOT NULL CONSTRAINT "pk_tasks" PRIMARY KEY,
    "campaign_id" TEXT NOT NULL,
    "engine_task_id" TEXT NOT NULL,
    "element_id" TEXT NOT NULL,
    "stage_id" TEXT NULL,
    "name_zh" TEXT NOT NULL,
    "name_en" TEXT NOT NULL,
    "form_id" TEXT NULL,
    "candidate_roles" TEXT NOT NULL,
    "candidate_users" TEXT NOT NULL,
    "assignee" TEXT NULL,
    "due" INTEGER NULL,
    "remind" INTEGER NULL,
    "reminded_at" INTEGER NULL,
    "state" TEXT NOT NULL,
    "outcome" TEXT NULL,
    "reason" TEXT NULL,
    "data_json" TEXT NULL,
    "completed_by" TEXT NULL,
    "completed_at" INTEGER NULL,
    "returned_because" TEXT NULL,
    "created_at" INTEGER NOT NULL,
    "version" INTEGER NOT NULL
);


CREATE TABLE "templates" (
    "id" TEXT NOT NULL CONSTRAINT "pk_templates" PRIMARY KEY,
    "key" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "state" TEXT NOT NULL,
    "name_zh" TEXT NOT NULL,
    "name_en" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "title" TEXT NULL,
    "body" TEXT NOT NULL,
    "html" TEXT NULL,
    "variables" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "written_by" TEXT NOT NULL,
    "written_at" INTEGER NOT NULL,
    "published_by" TEXT NULL,
    "published_at" INTEGER NULL,
    "revision" INTEGER NOT NULL
);


CREATE TABLE "tracked_links" (
    "id" TEXT NOT NULL,
    "occurrence_id" INTEGER NOT NULL,
    "customer_no" INTEGER NOT NULL,
    "step" INTEGER NOT NULL,
    "target" TEXT NOT NULL,
    "expires_at" INTEGER NOT NULL,
    "clicks" INTEGER NOT NULL,
    "human_clicks" INTEGER NOT NULL,
    "first_click_at" INTEGER NULL,
    CONSTRAINT "pk_tracked_links" PRIMARY KEY ("id", "occurrence_id")
);


CREATE TABLE "users" (
    "id" TEXT NOT NULL CONSTRAINT "pk_users" PRIMARY KEY,
    "user_name" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "display_name_english" TEXT NULL,
    "email" TEXT NULL,
    "we_com_user_id" TEXT NULL,
    "password_hash" TEXT NULL,
    "roles" TEXT NOT NULL,
    "is_disabled" INTEGER NOT NULL,
    "security_stamp" TEXT NOT NULL,
    "failed_sign_ins" INTEGER NOT NULL,
    "locked_until" INTEGER NULL,
    "created_at" INTEGER NOT NULL,
    "version" INTEGER NOT NULL
);


CREATE TABLE "workspace_settings" (
    "key" TEXT NOT NULL CONSTRAINT "pk_workspace_settings" PRIMARY KEY,
    "value" TEXT NOT NULL
);


CREATE UNIQUE INDEX "ix_api_tokens_sha256" ON "api_tokens" ("sha256");


CREATE INDEX "ix_api_tokens_user_id" ON "api_tokens" ("user_id");


CREATE INDEX "ix_approvals_by_at" ON "approvals" ("by", "at");


CREATE INDEX "ix_approvals_campaign_id" ON "approvals" ("campaign_id");


CREATE INDEX "ix_audience_members_customer_no" ON "audience_members" ("customer_no");


CREATE INDEX "ix_audit_events_actor_at" ON "audit_events" ("actor", "at");


CREATE INDEX "ix_audit_events_at" ON "audit_events" ("at");


CREATE INDEX "ix_budget_routes_campaign_id" ON "budget_routes" ("campaign_id");


CREATE INDEX "ix_campaign_events_campaign_id_kind_customer_no" ON "campaign_events" ("campaign_id", "kind", "customer_no");


CREATE UNIQUE INDEX "ix_campaigns_code" ON "campaigns" ("code");


CREATE INDEX "ix_campaigns_owner" ON "campaigns" ("owner");


CREATE INDEX "ix_campaigns_status_stage" ON "campaigns" ("status", "stage");


CREATE INDEX "ix_campaigns_window_start" ON "campaigns" ("window_start");


CREATE UNIQUE INDEX "ix_channel_accounts_name" ON "channel_accounts" ("name");


CREATE UNIQUE INDEX "ix_channel_accounts_no" ON "channel_accounts" ("no");


CREATE INDEX "ix_consents_customer_no_channel_purpose_at" ON "consents" ("customer_no", "channel", "purpose", "at");


CREATE INDEX "ix_customers_apns_token_hash" ON "customers" ("apns_token_hash");


CREATE INDEX "ix_customers_email_hash" ON "customers" ("email_hash");


CREATE UNIQUE INDEX "ix_customers_external_id" ON "customers" ("external_id");


CREATE INDEX "ix_customers_fcm_token_hash" ON "customers" ("fcm_token_hash");


CREATE INDEX "ix_customers_oa_openid_hash" ON "customers" ("oa_openid_hash");


CREATE INDEX "ix_customers_phone_hash" ON "customers" ("phone_hash");


CREATE INDEX "ix_customers_push_token_hash" ON "customers" ("push_token_hash");


CREATE INDEX "ix_customers_web_push_hash" ON "customers" ("web_push_hash");


CREATE INDEX "ix_customers_wecom_user_id_hash" ON "customers" ("wecom_user_id_hash");


CREATE INDEX "ix_dated_rules_kind_name_from" ON "dated_rules" ("kind", "name", "from");


CREATE UNIQUE INDEX "ix_definition_versions_kind_key_version" ON "definition_versions" ("kind", "key", "version");


CREATE INDEX "ix_early_messages_name_correlation" ON "early_messages" ("name", "correlation");


CREATE INDEX "ix_early_messages_until" ON "early_messages" ("until");


CREATE INDEX "ix_guardrail_trips_campaign_id" ON "guardrail_trips" ("campaign_id");


CREATE INDEX "ix_held_messages_customer_no" ON "held_messages" ("customer_no");


CREATE INDEX "ix_held_receipts_customer_no" ON "held_receipts" ("customer_no");


CREATE INDEX "ix_idempotency_keys_at" ON "idempotency_keys" ("at");


CREATE INDEX "ix_incidents_campaign_id" ON "incidents" ("campaign_id");


CREATE INDEX "ix_incidents_raised_at" ON "incidents" ("raised_at") WHERE closed_at IS NULL;


CREATE INDEX "ix_legal_holds_campaign_id" ON "legal_holds" ("campaign_id") WHERE lifted_at IS NULL;


CREATE INDEX "ix_legal_holds_customer_no" ON "legal_holds" ("customer_no") WHERE lifted_at IS NULL;


CREATE INDEX "ix_legal_limits_name_from" ON "legal_limits" ("name", "from");


CREATE INDEX "ix_lessons_campaign_id" ON "lessons" ("campaign_id");


CREATE INDEX "ix_lessons_objective_form" ON "lessons" ("objective", "form");


CREATE INDEX "ix_link_clicks_link_id" ON "link_clicks" ("link_id");


CREATE INDEX "ix_manual_messages_task_id" ON "manual_messages" ("task_id");


CREATE INDEX "ix_message_issues_settle_after" ON "message_issues" ("settle_after") WHERE settle_after > 0;


CREATE INDEX "ix_message_subscriptions_name_correlation" ON "message_subscriptions" ("name", "correlation");


CREATE INDEX "ix_occurrences_campaign_id" ON "occurrences" ("campaign_id");


CREATE INDEX "ix_occurrences_reachout_id" ON "occurrences" ("reachout_id");


CREATE INDEX "ix_opt_out_confirmations_account_no_provider_ref" ON "opt_out_confirmations" ("account_no", "provider_ref");


CREATE UNIQUE INDEX "ix_opt_out_confirmations_account_no_reply_ref" ON "opt_out_confirmations" ("account_no", "reply_ref");


CREATE INDEX "ix_opt_out_confirmations_campaign_id" ON "opt_out_confirmations" ("campaign_id") WHERE campaign_id IS NOT NULL;


CREATE INDEX "ix_opt_out_confirmations_customer_no_id" ON "opt_out_confirmations" ("customer_no", "id");


CREATE INDEX "ix_opt_out_confirmations_lease_until" ON "opt_out_confirmations" ("lease_until") WHERE state = 1;


CREATE INDEX "ix_process_runs_started_at" ON "process_runs" ("started_at");


CREATE INDEX "ix_reach_forecasts_campaign_id_made_at" ON "reach_forecasts" ("campaign_id", "made_at");


CREATE UNIQUE INDEX "ix_reachouts_campaign_id_phase" ON "reachouts" ("campaign_id", "phase");


CREATE INDEX "ix_receipt_inbox_next_try" ON "receipt_inbox" ("next_try") WHERE state = 0;


CREATE INDEX "ix_recurring_triggers_campaign_id" ON "recurring_triggers" ("campaign_id");


CREATE INDEX "ix_sandbox_messages_at" ON "sandbox_messages" ("at");


CREATE INDEX "ix_sandbox_messages_occurrence_id" ON "sandbox_messages" ("occurrence_id");


CREATE INDEX "ix_scheduled_work_campaign_id" ON "scheduled_work" ("campaign_id");


CREATE INDEX "ix_scheduled_work_due" ON "scheduled_work" ("due") WHERE state = 'Due';


CREATE INDEX "ix_scheduled_work_epoch" ON "scheduled_work" ("epoch") WHERE state = 'Leased';


CREATE UNIQUE INDEX "ix_scheduled_work_kind_key" ON "scheduled_work" ("kind", "key") WHERE state = 'Due';


CREATE INDEX "ix_staff_reminders_campaign_id_at" ON "staff_reminders" ("campaign_id", "at");


CREATE INDEX "ix_suppressions_address_hash" ON "suppressions" ("address_hash");


CREATE INDEX "ix_suppressions_customer_no" ON "suppressions" ("customer_no");


CREATE INDEX "ix_tasks_assignee_state" ON "tasks" ("assignee", "state");


CREATE INDEX "ix_tasks_campaign_id_state" ON "tasks" ("campaign_id", "state");


CREATE INDEX "ix_tasks_completed_by_completed_at" ON "tasks" ("completed_by", "completed_at");


CREATE INDEX "ix_tasks_state_due" ON "tasks" ("state", "due");


CREATE UNIQUE INDEX "ix_templates_key_channel_language_version" ON "templates" ("key", "channel", "language", "version");


CREATE UNIQUE INDEX "ix_tracked_links_occurrence_id_customer_no_step" ON "tracked_links" ("occurrence_id", "customer_no", "step");


CREATE UNIQUE INDEX "ix_users_user_name" ON "users" ("user_name");


