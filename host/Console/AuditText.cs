using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole;

/// <summary>An audit event's type in words; a type without a text of its own shows as it is stored.</summary>
internal static class AuditText
{
    public static string Of(Texts texts, string type) => texts.Has($"audit.{type}") ? texts[$"audit.{type}"] : type;
}
