using System.Net.Sockets;
using System.Security.Authentication;
using Polly.CircuitBreaker;
using Orchestrator.Channels.Email.Bounces;
using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Email.Smtp;

/// <summary>Mail submission: a batch goes over the pooled connections side by side, one mail at a time on each.</summary>
internal sealed class SmtpChannel : IChannel, IWebhook
{
    private readonly SmtpProvider _provider;
    private readonly SmtpSettings _settings;
    private readonly TimeProvider _clock;
    private readonly SmtpPool _pool;
    private readonly MailSender _sender;
    private readonly DkimSigner? _dkim;
    private readonly CallbackGate _gate;

    public SmtpChannel(SmtpProvider provider, SmtpSettings settings, ChannelServices services)
    {
        (_provider, _settings, _clock, _pool) = (provider, settings, services.Clock, new SmtpPool(settings, services));
        _sender = new MailSender(Mailbox.TryParse(settings.From)!, settings.FromName, Mailbox.TryParse(settings.ReplyTo));
        _gate = new CallbackGate(settings.CallbackSecret, settings.AllowedAddresses);
        _dkim = settings.DkimPrivateKey is { } key ? new DkimSigner(settings.DkimDomain ?? _sender.From.Domain, settings.DkimSelector!, key) : null;
    }

    public string Provider => _provider.Name;

    public ChannelKind Kind => ChannelKind.Email;

    public int MaxBatch => 128;

    public TimeSpan CallTimeout => 3 * Patience + TimeSpan.FromSeconds(1);

    public ChannelGuarantees Guarantees { get; } = new(SendsReceipts: true);

    private TimeSpan Patience => TimeSpan.FromSeconds(_settings.TimeoutSeconds);

    public async Task<IReadOnlyList<Delivery>> SendAsync(IReadOnlyList<OutboundMessage> batch, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(3 * Patience);
        var verdicts = new Delivery[batch.Count];
        var next = -1;
        var started = _clock.GetTimestamp();
        async Task WorkAsync()
        {
            for (int i; (i = Interlocked.Increment(ref next)) < batch.Count;)
            {
                verdicts[i] = _clock.GetElapsedTime(started) > Patience ? new Delivery.RetrySafe("No time left in this lease; not sent.") { Untried = true }
                    : Evidence.Clean(await SendOneAsync(batch[i], deadline.Token));
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Math.Min(_settings.Connections, batch.Count)).Select(_ => WorkAsync()));
        return verdicts;
    }

    /// <summary>Takes raw mails (bounces, complaints, answers) as a mail server's pipe or a mailbox poller posts them.</summary>
    public WebhookOutcome Receive(WebhookRequest request) =>
        _gate.Refuse(request) is { } reason ? new WebhookOutcome.Forged(reason) : BounceReader.Read(request.BodyText, WebhookAnswer.Text("ok"));

    public async ValueTask DisposeAsync()
    {
        await _pool.DisposeAsync();
        _dkim?.Dispose();
    }

    private async Task<Delivery> SendOneAsync(OutboundMessage message, CancellationToken cancellationToken)
    {
        if (Mailbox.TryParse(message.Address) is not { } recipient)
            return new Delivery.PermanentRecipient("address", "The address is no mailbox.", Suppress: true);
        if (message.Content.Subject is not { Length: > 0 }) return new Delivery.Configuration("subject", "A mail needs a subject.") { OnlyThisMessage = true };
        var progress = new SmtpTransaction.Progress();
        try
        {
            var mail = new SmtpMail(ReturnPath(message), recipient, message.Echo, Compose(message, recipient));
            return await CarryAsync(mail, progress, fresh: false, cancellationToken);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            return progress.DotWritten ? new Delivery.Ambiguous("The connection failed after the mail was handed over, before the server confirmed.") : NotSent(fault);
        }
    }

    private async Task<Delivery> CarryAsync(SmtpMail mail, SmtpTransaction.Progress progress, bool fresh, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var connection = await _pool.RentAsync(fresh, patience.Token);
        Delivery verdict;
        try
        {
            verdict = await SmtpTransaction.RunAsync(connection, mail, progress, _clock.GetUtcNow(), patience.Token);
        }
        catch (Exception fault) when (fault is IOException or SocketException && connection.Reused && !fresh && !progress.DotWritten)
        {
            // An idle connection the server had already closed: no mail was begun on it, so a fresh one is no repetition.
            await _pool.DropAsync(connection);
            return await CarryAsync(mail, progress, fresh: true, cancellationToken);
        }
        catch
        {
            await _pool.DropAsync(connection);
            throw;
        }

        if (verdict.ProviderText?.StartsWith("421", StringComparison.Ordinal) == true) await _pool.DropAsync(connection);
        else _pool.Return(connection);
        return verdict;
    }

    private Delivery NotSent(Exception fault) => fault switch
    {
        SmtpRefusedException { Step: "AUTH" or "STARTTLS" } refused when refused.Reply.Code >= 500 =>
            new Delivery.Configuration($"smtp-{refused.Reply.Code}", $"The server refused at {refused.Step}.") { ProviderText = Evidence.Cut(refused.Reply.Text) },
        SmtpRefusedException refused => SmtpVerdicts.Refused(refused.Reply, SmtpStep.Connect, _clock.GetUtcNow()),
        AuthenticationException => new Delivery.Configuration("tls", "The server's certificate is not trusted."),
        BrokenCircuitException broken => new Delivery.Throttled(_clock.GetUtcNow() + (broken.RetryAfter ?? TimeSpan.FromSeconds(15))),
        _ => new Delivery.RetrySafe($"No connection, or it ended before the mail was handed over ({fault.GetType().Name})."),
    };

    private Mailbox ReturnPath(OutboundMessage message) =>
        // A long id can make the local part longer than the 64 characters SMTP allows: then bounces name the message by its Message-ID alone.
        _settings.ReturnPath is { } path && Mailbox.TryParse(path.Replace("{echo}", message.Echo, StringComparison.Ordinal)) is { } named ? named : _sender.From;

    private string Compose(OutboundMessage message, Mailbox recipient)
    {
        var now = _clock.GetUtcNow();
        var (headers, body) = MimeMessage.Build(message, recipient, _sender, now);
        if (_dkim is not null) headers.Insert(0, _dkim.Sign(headers, body, now));
        return MimeMessage.Join(headers, body);
    }
}
