using System.Collections.Concurrent;
using HandlebarsDotNet;

namespace Orchestrator.Templates;

/// <summary>
/// Compiles templates and keeps them by the hash of their content. Safe for any number of threads; make one per process.
/// </summary>
public sealed class TemplateRenderer
{
    private const int MaxCached = 2_000;

    private readonly ConcurrentDictionary<string, CompiledTemplate> _compiled = new();
    private readonly ConcurrentDictionary<(bool Chinese, bool Html), IHandlebars> _environments = new();

    /// <summary>Compiles a template, or finds the one compiled before from the same content.</summary>
    /// <param name="template">The template.</param>
    /// <param name="partials">Texts for <c>{{> name}}</c>, by name; part of the content. Null: the template's own.</param>
    /// <returns>A template ready to render.</returns>
    /// <exception cref="TemplateException">The text is not well formed or names something undeclared; the message has part, line and column.</exception>
    public CompiledTemplate Compile(MessageTemplate template, IReadOnlyDictionary<string, string>? partials = null)
    {
        partials ??= template.Partials;
        var hash = TemplateHash.Of(template, partials);
        if (_compiled.TryGetValue(hash, out var known))
            return known;
        // Drafts being typed would otherwise pile up for ever; compiling the live ones again costs milliseconds.
        if (_compiled.Count >= MaxCached)
            _compiled.Clear();
        return _compiled.GetOrAdd(hash, new CompiledTemplate(template, hash, partials, Environment));
    }

    private IHandlebars Environment(bool chinese, bool html) => _environments.GetOrAdd((chinese, html), static key =>
    {
        var environment = Handlebars.Create(new HandlebarsConfiguration
        {
            NoEscape = !key.Html,
            ThrowOnUnresolvedBindingExpression = true,
        });
        Rendering.TemplateHelpers.Register(environment, key.Chinese);
        return environment;
    });
}
