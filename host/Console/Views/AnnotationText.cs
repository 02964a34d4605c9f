using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>The annotation of a decision's row in the reader's language, where it is written as "中文 · English"; else as it stands.</summary>
internal static class AnnotationText
{
    private const string Between = " · ";

    public static string Of(string? annotation) =>
        annotation?.Split(Between) is [var chinese, var english] ? Texts.IsChinese ? chinese : english : annotation ?? "";
}
