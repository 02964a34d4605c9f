using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Orchestrator.Host.Web;

/// <summary>
/// Every text that people see, by key, in the language of the current culture. Read from the embedded <c>Texts.{en,zh-CN}.json</c> of all
/// folders (flat objects). A missing key shows as itself in brackets, and a test finds it. Thread-safe.
/// </summary>
public sealed class Texts
{
    public const string Chinese = "zh-CN";
    public const string English = "en";

    private readonly FrozenDictionary<string, string> english = Load(English);
    private readonly FrozenDictionary<string, string> chinese = Load(Chinese);

    public static bool IsChinese => CultureInfo.CurrentUICulture.Name.StartsWith("zh", StringComparison.OrdinalIgnoreCase);

    public static string Language => IsChinese ? Chinese : English;

    public string this[string key] => Current.TryGetValue(key, out var text) ? text : $"[{key}]";

    public string this[string key, params object?[] args] => string.Format(CultureInfo.CurrentCulture, this[key], args);

    public IReadOnlyDictionary<string, string> In(string language) => language == Chinese ? chinese : english;

    /// <summary>The text in both languages: for content that is kept, such as audit reasons.</summary>
    public string InLanguage(string language, string key, params object?[] args) =>
        In(language).TryGetValue(key, out var text)
            ? string.Format(CultureInfo.GetCultureInfo(language), text, args)
            : $"[{key}]";

    public bool Has(string key) => Current.ContainsKey(key);

    private FrozenDictionary<string, string> Current => IsChinese ? chinese : english;

    private static FrozenDictionary<string, string> Load(string language)
    {
        var all = new Dictionary<string, string>();
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith("Texts/", StringComparison.Ordinal) && name.EndsWith($"Texts.{language}.json", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            foreach (var (key, text) in JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!)
            {
                if (!all.TryAdd(key, text))
                    throw new InvalidOperationException($"Text '{key}' stands twice ({language}); the second is in {name}.");
            }
        }
        return all.ToFrozenDictionary();
    }
}
