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

internal sealed class LayeredScope(IReadOnlyList<IFeelScope> layers) : ITypedScope
{
    public bool TryGet(string name, FeelType type, out object? value)
    {
        var layer = layers.FirstOrDefault(layer => layer.TryGet(name, out _));
        value = null;
        return layer is ITypedScope typed ? typed.TryGet(name, type, out value) : layer?.TryGet(name, out value) == true;
    }

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

/// <summary>A scope that can read a variable as a type that only the reader knows.</summary>
internal interface ITypedScope : IFeelScope
{
    bool TryGet(string name, FeelType type, out object? value);
}

internal sealed class JsonScope(JsonElement json, IReadOnlyDictionary<string, FeelType>? types) : ITypedScope
{
    public bool TryGet(string name, FeelType type, out object? value)
    {
        if (!TryGet(name, out value))
        {
            return false;
        }

        value = FeelJson.FromJson(json.GetProperty(name), type) ?? value;
        return true;
    }

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
