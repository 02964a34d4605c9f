using System.Globalization;
using Orchestrator.Channels;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Tasks;

/// <summary>
/// Tells people about tasks through the staff account: a WeCom application message to each, or one line to a group robot. Without such an account,
/// or for people without a WeCom id, nothing happens. A notice names the task, the campaign's code and the due time, never a customer.
/// </summary>
internal sealed class StaffNotifier(ChannelAccounts accounts, ChannelPool pool, Texts texts, OrchestratorOptions options) : ITaskNotifier
{
    private const string Robot = "wecom-robot";
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(options.CompanyTimeZone);

    /// <exception cref="InvalidOperationException">Somebody could not be told for a reason that may pass: the work is tried again. WeCom drops what it has within four hours.</exception>
    public async Task NotifyAsync(TaskNotice notice, CancellationToken cancellationToken)
    {
        if (await accounts.ForKindAsync(ChannelKind.Staff, null, cancellationToken) is not { } account)
            return;
        var messages = Messages(notice, account.Provider);
        if (messages.Count == 0)
            return;
        var channel = pool.For(account);
        foreach (var chunk in messages.Chunk(channel.MaxBatch))
        {
            var verdicts = await channel.SendAsync(chunk, cancellationToken);
            // A member that WeCom does not know will not be known later either.
            if (verdicts.FirstOrDefault(verdict => verdict is not (Delivery.Accepted or Delivery.PermanentRecipient or Delivery.OptOut)) is { } failed)
                throw new InvalidOperationException($"Account '{account.Name}' took no notice of the task: {DeliveryNames.Of(failed)} {DeliveryNames.Detail(failed)}".TrimEnd());
        }
    }

    private List<OutboundMessage> Messages(TaskNotice notice, string provider)
    {
        var link = new Uri(options.PublicUrl, $"/tasks/{notice.Task.Id}");
        if (provider == Robot)
        {
            var line = new MessageContent { Text = $"{Title(notice)}\n{Body(notice)}\n{link}" };
            return notice.To.Count == 0 ? [] : [Message(notice, "group", line, 0)];
        }
        var content = new MessageContent { Title = Title(notice), Text = Body(notice), Url = link };
        return [.. notice.To.Where(user => !string.IsNullOrWhiteSpace(user.WeComUserId)).DistinctBy(user => user.WeComUserId)
            .Select((user, i) => Message(notice, user.WeComUserId!, content, i))];
    }

    private OutboundMessage Message(TaskNotice notice, string address, MessageContent content, int no) => new()
    {
        MessageId = string.Create(CultureInfo.InvariantCulture, $"task.{notice.Task.Id:N}.{notice.Kind[..3]}.{no}"),
        Address = address,
        Purpose = Purpose.Servicing,
        Language = options.NoticeLanguage,
        Content = content,
    };

    private string Title(TaskNotice notice) =>
        texts.InLanguage(options.NoticeLanguage, $"notice.{notice.Kind}", options.NoticeLanguage == Texts.Chinese ? notice.Task.NameZh : notice.Task.NameEn);

    private string Body(TaskNotice notice)
    {
        var campaign = texts.InLanguage(options.NoticeLanguage, "notice.campaign", notice.Task.CampaignCode);
        return notice.Task.Due is not { } due ? campaign
            : campaign + "\n" + texts.InLanguage(options.NoticeLanguage, "notice.due", TimeZoneInfo.ConvertTime(due, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
    }
}
