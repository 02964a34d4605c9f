using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>A path of a part (<c>burst · texts · sms zh-CN · body</c>) with the words that people know.</summary>
internal static class PathWords
{
    public static string Of(Texts texts, string path) => string.Join(" · ", path.Split(" · ").Select(step => Step(texts, step)));

    private static string Step(Texts texts, string step) => string.Join(" ", step.Split(' ').Select(word =>
        texts.Has($"path.{word}") ? texts[$"path.{word}"]
        : texts.Has($"channel.{word}") ? texts[$"channel.{word}"]
        : texts.Has($"language.{word}") ? texts[$"language.{word}"]
        : word));
}
