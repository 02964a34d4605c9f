using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orchestrator.Templates.Linting;
using Orchestrator.Templates.Syntax;

namespace Orchestrator.Templates;

/// <summary>The texts that ship with the product.</summary>
public static class MessageLibrary
{
    private const string Folder = "Messages/";

    /// <summary>All shipped sets of texts.</summary>
    public static IReadOnlyList<MessageSet> Sets { get; } = Read();

    /// <summary>A draft that every check must reject: it shows new users what linting is for.</summary>
    public static MessageTemplate RejectedDraft { get; } = new()
    {
        Id = "examples/rejected-draft/zh-CN", Channel = MessageChannel.Sms, Language = "zh-CN", Body = Text("examples/rejected-draft.zh-CN.hbs")!,
    };

    /// <summary>The set with an id.</summary>
    /// <param name="id">For example <c>member-day</c>.</param>
    /// <returns>The set.</returns>
    /// <exception cref="KeyNotFoundException">No set has that id.</exception>
    public static MessageSet Find(string id) =>
        Sets.FirstOrDefault(set => set.Id == id) ?? throw new KeyNotFoundException($"There is no message set '{id}'.");

    private static List<MessageSet> Read()
    {
        var partials = Names().Where(name => name.StartsWith("partials/", StringComparison.Ordinal))
            .ToDictionary(name => name["partials/".Length..^".hbs".Length], name => Text(name)!);
        return [.. Names().Where(name => name.EndsWith("/manifest.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(name =>
        {
            var manifest = JsonSerializer.Deserialize(Text(name)!, MessageManifestJson.Default.MessageManifest)!;
            return new MessageSet(manifest.Id, manifest.Name, manifest.Purpose, [.. Texts(manifest, partials)]);
        })];
    }

    private static IEnumerable<ShippedMessage> Texts(MessageManifest manifest, Dictionary<string, string> partials) =>
        from text in manifest.Texts
        from language in manifest.Languages
        select new ShippedMessage(text.Phase, Template(manifest, text, language, partials));

    private static MessageTemplate Template(MessageManifest manifest, MessageManifest.Entry text, string language, Dictionary<string, string> partials)
    {
        var stem = $"{manifest.Id}/{text.File}.{language}";
        var html = Text($"{stem}.html.hbs");
        var template = new MessageTemplate
        {
            Id = $"{manifest.Id}/{text.File}/{language}",
            Channel = text.Channel,
            Language = language,
            Purpose = manifest.Purpose,
            Title = Text($"{stem}.title.hbs")?.TrimEnd('\n'),
            Body = Text($"{stem}.hbs")?.TrimEnd('\n') ?? throw new TemplateException($"The shipped text '{stem}.hbs' is missing."),
            Html = html is null ? null : PartialExpansion.Expand(html, partials),
        };
        return template.Declaring(manifest.Variables);
    }

    private static IEnumerable<string> Names() => Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Select(name => name.Replace('\\', '/')).Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Select(name => name[Folder.Length..]);

    private static string? Text(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Folder + name);
        return stream is null ? null : new StreamReader(stream).ReadToEnd();
    }
}

/// <summary>Texts that belong together: one offer over several channels, phases and languages.</summary>
/// <param name="Id">The set's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Purpose">Why it is sent.</param>
/// <param name="Messages">The texts.</param>
public sealed record MessageSet(string Id, BilingualText Name, MessagePurpose Purpose, IReadOnlyList<ShippedMessage> Messages);

/// <summary>One shipped text and the phase it is for.</summary>
/// <param name="Phase"><c>warm-up</c>, <c>burst</c> or <c>closing</c> for campaigns.</param>
/// <param name="Template">The text.</param>
public sealed record ShippedMessage(string Phase, MessageTemplate Template);

internal sealed record MessageManifest(
    string Id, BilingualText Name, MessagePurpose Purpose, IReadOnlyList<string> Languages,
    IReadOnlyList<TemplateVariable> Variables, IReadOnlyList<MessageManifest.Entry> Texts)
{
    internal sealed record Entry(string File, MessageChannel Channel, string Phase);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true)]
[JsonSerializable(typeof(MessageManifest))]
internal sealed partial class MessageManifestJson : JsonSerializerContext;
