using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Components;

/// <summary><c>warm-up/sms/zh-CN</c> in words.</summary>
internal static class TemplatePath
{
    public static string Of(Texts texts, string id) => string.Join(" · ", id.Split('/').Select(step =>
        texts.Has($"path.{step}") ? texts[$"path.{step}"] : texts.Has($"channel.{step}") ? texts[$"channel.{step}"] : texts.Has($"language.{step}") ? texts[$"language.{step}"] : step));
}
