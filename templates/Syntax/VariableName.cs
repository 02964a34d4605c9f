using System.Text.RegularExpressions;

namespace Orchestrator.Templates.Syntax;

internal static partial class VariableName
{
    public static bool IsValid(string name) => Pattern().IsMatch(name);

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
