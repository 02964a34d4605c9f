namespace Orchestrator.Workflows.Feel.Compilation;

/// <summary>Brings arguments into the order of the parameters.</summary>
internal static class Arguments
{
    public static object?[]? InOrder(FeelFunction function, object?[] arguments, string[]? names, out string cause)
    {
        var parameters = function.Parameters;
        cause = "";
        if (arguments.Length != parameters.Count)
        {
            cause = $"The function takes {parameters.Count} arguments, not {arguments.Length}.";
            return null;
        }

        if (names is null)
        {
            return arguments;
        }

        var ordered = new object?[parameters.Count];
        for (var i = 0; i < parameters.Count; i++)
        {
            var index = Array.IndexOf(names, parameters[i]);
            if (index < 0)
            {
                cause = $"The argument '{parameters[i]}' is missing.";
                return null;
            }

            ordered[i] = arguments[index];
        }

        return ordered;
    }
}
