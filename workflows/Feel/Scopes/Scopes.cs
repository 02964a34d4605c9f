using System.Text.Json;

namespace Orchestrator.Workflows.Feel;

internal sealed class DictionaryScope(IReadOnlyDictionary<string, object?> variables) : IFeelScope
{
    public bool TryGet(string name, out object? value) => variables.TryGetValue(name, out value);
}

internal sealed class SingleScope(string variable, object? held, IFeelScope outer) : IFeelScope
{
    public bool TryGet(string name, out object? value)
    {
        if (name != variable)
        {
            return outer.TryGet(name, out value);
        }

        value = held;
        return true;
    }
}

internal sealed class LayeredScope(IReadOnlyList<IFeelScope> layers) : IFeelScope
{
    public bool TryGet(string name, out object? value)
    {
        for (var i = 0; i < layers.Count; i++)
        {
            if (layers[i].TryGet(name, out value))
            {
                return true;
            }
        }

        value = null;
        return false;
    }
}

internal sealed class JsonScope(JsonElement json, IReadOnlyDictionary<string, FeelType>? types) : IFeelScope
{
    public bool TryGet(string name, out object? value)
    {
        value = null;
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var member))
        {
            return false;
        }

        value = types is not null && types.TryGetValue(name, out var type) ? FeelJson.FromJson(member, type) : FeelJson.FromJson(member);
        return true;
    }
}
