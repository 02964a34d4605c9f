namespace Orchestrator.Templates;

/// <summary>The sentence that tells a customer how to stop further messages, per channel and language.</summary>
public static class OptOutWording
{
    /// <summary>The wording; the unsubscribe address is part of it on WeCom and e-mail, followers of an Official Account reply.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="language">The language of the text.</param>
    /// <param name="url">The unsubscribe address; needed on WeCom and e-mail.</param>
    /// <returns>The sentence, or an empty string where a channel needs none.</returns>
    public static string For(MessageChannel channel, string language, string? url)
    {
        var chinese = MessageTemplate.LanguageIsChinese(language);
        return channel switch
        {
            MessageChannel.Sms => chinese ? "拒收请回复R" : "Reply R to opt out",
            MessageChannel.Push => chinese ? "可在APP设置中关闭活动通知" : "Turn off in app settings",
            MessageChannel.OfficialAccount => chinese ? "回复TD退订" : "Reply TD to opt out",
            MessageChannel.InApp => "",
            _ => chinese ? $"不想接收?点此退订{url}" : $"Unsubscribe: {url}",
        };
    }
}
