using System.Collections.Frozen;
using System.Text;

namespace Orchestrator.Channels;

/// <summary>Recognises opt-out, opt-in and help replies in Chinese and English.</summary>
public static class ReplyWords
{
    // The single words of the carriers here (R, T, TD), the US list of 47 CFR 64.1200(a)(10), and the Chinese phrases people type.
    private static readonly FrozenSet<string> OptOut = new[]
    {
        "r", "t", "td", "tdd", "n", "0000", "00000", "qx", "stop", "stopall", "quit", "end", "revoke", "optout", "opt out", "opt-out",
        "cancel", "unsubscribe", "退订", "退", "拒收", "取消", "取消订阅", "不要", "不再接收", "不要发了", "别发了", "拒绝",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> OptIn = new[] { "start", "unstop", "订阅", "恢复订阅", "恢复", "开通" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Help = new[] { "help", "info", "帮助", "?" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly string[] OptOutPhrases = ["退订", "拒收", "取消订阅", "不要再发", "别再发", "停止发送", "unsubscribe", "stop sending", "do not contact", "opt out"];

    /// <summary>Classifies a reply. Width, case, spaces, punctuation and a quoted 【】 or “” around the word do not matter; doubt goes to opt-out only for clear phrases.</summary>
    public static ReplyKind Classify(string? text)
    {
        var word = Normalise(text);
        if (word.Length == 0) return ReplyKind.Text;
        if (OptOut.Contains(word)) return ReplyKind.OptOut;
        if (OptIn.Contains(word)) return ReplyKind.OptIn;
        if (Help.Contains(word)) return ReplyKind.Help;
        return word.Length <= 40 && OptOutPhrases.Any(phrase => word.Contains(phrase, StringComparison.Ordinal)) ? ReplyKind.OptOut : ReplyKind.Text;
    }

    private static string Normalise(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return "";
        var plain = text.Normalize(NormalizationForm.FormKC).ToLowerInvariant();   // full-width Ｒ, ＴＤ
        var trimmed = plain.Trim().Trim(Quotes).Trim();
        return trimmed.Length == 0 ? plain.Trim() : trimmed;
    }

    private static readonly char[] Quotes = ['"', '\'', '“', '”', '‘', '’', '「', '」', '【', '】', '[', ']', '(', ')', '.', '。', '!', ',', ';', ':', '~', '-', '`'];
}
