using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.WeChat.OfficialAccount;

/// <summary>Mass messages (群发): followers who get the same text share a call of 2 to 10,000.</summary>
internal sealed class MassMessageChannel(OfficialAccountProvider provider, OfficialAccountSettings settings, AccountHttp http)
    : OfficialAccountChannel(provider, settings, http), IStatusQuery, IRecall
{
    private readonly string? _companion = settings.Companion;

    public override int MaxBatch => 10_000;

    /// <summary>The event tells of the job, not of messages, and is not repeated when it was lost: the job is asked about as well.</summary>
    public override ChannelGuarantees Guarantees { get; } = new(NeedsReference: true);

    /// <summary>WeChat deletes what it has begun to send; followers who have it keep it.</summary>
    public bool ProvesUnsent => false;

    public bool AbsenceIsFinal => false;

    public TimeSpan VisibilityDelay => TimeSpan.FromMinutes(10);

    protected override Task<IReadOnlyList<Delivery>> SendBeforeAsync(IReadOnlyList<OutboundMessage> batch, CancellationToken cancellationToken) =>
        Grouped.SendAsync(batch, m => m.Content.Text, 10_000, Http.Concurrency, SendGroupAsync, cancellationToken);

    private async Task<Func<OutboundMessage, Delivery>> SendGroupAsync(IReadOnlyList<OutboundMessage> group, CancellationToken cancellationToken)
    {
        string[] followers = [.. group.Select(m => m.Address)];
        if (followers.Length == 1 && _companion is { Length: > 0 } companion && companion != followers[0]) followers = [.. followers, companion];
        if (followers.Length < 2) throw new UnusableMessageException("too-few", "WeChat mass messages need two followers or more; name a companion in the account's settings.");
        var verdict = await Api.SendAsync(
            "/cgi-bin/message/mass/send",
            new
            {
                touser = followers,
                msgtype = "text",
                text = new { content = group[0].Content.Text },
                clientmsgid = NoticeChannel.ClientId(string.Join(',', group.Select(m => m.Echo))),
            },
            reply => new Delivery.Accepted(reply.Text("msg_id")),
            cancellationToken);
        return _ => verdict;
    }

    public async Task<IReadOnlyList<StatusAnswer>> QueryAsync(IReadOnlyList<StatusQuestion> questions, CancellationToken cancellationToken)
    {
        var states = new Dictionary<string, string?>();
        foreach (var reference in questions.Select(q => q.ProviderRef).OfType<string>().Distinct())
            states[reference] = (await Api.AskAsync("/cgi-bin/message/mass/get", new { msg_id = reference }, cancellationToken))?.Text("msg_status");
        return [.. questions.Select(question => question.ProviderRef is not { } reference ? new StatusAnswer.Absent()
            : states[reference] is { } state
            ? new StatusAnswer.Known(new Receipt
            {
                ProviderRef = reference,
                MessageId = question.MessageId,
                Attempt = question.Attempt,
                Code = state,
                // Only the event has counts: a job that was sent, or deleted after that, has reached some, which proves nothing of one.
                Status = state == "SEND_FAIL" ? ReceiptStatus.Failed : ReceiptStatus.Accepted,
            })
            : (StatusAnswer)new StatusAnswer.Unavailable("WeChat gave no answer for this job."))];
    }

    /// <summary>Deletes the message; WeChat refuses it for plain texts, whose followers have them.</summary>
    public async Task<IReadOnlyList<string>> CancelAsync(IReadOnlyList<string> providerRefs, CancellationToken cancellationToken)
    {
        var done = new List<string>();
        foreach (var reference in providerRefs.Distinct())
            if (await Api.AskAsync("/cgi-bin/message/mass/delete", new { msg_id = reference }, cancellationToken) is not null) done.Add(reference);
        return done;
    }
}
