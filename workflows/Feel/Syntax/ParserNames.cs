namespace Orchestrator.Workflows.Feel.Syntax;

/// <summary>What a parser knows besides the text: variables, member names and types that have more than one word.</summary>
internal sealed class ParserNames
{
    private static readonly NameTree BuiltInVariables = NameTree.Of(BuiltIns.Names.Where(name => name.Contains(' ', StringComparison.Ordinal)));
    private static readonly string[] BuiltInMembers = ["time offset", "start included", "end included"];
    private static readonly string[] BuiltInTypes = ["date and time", "days and time duration", "years and months duration"];

    public static ParserNames None { get; } = new([], [], []);

    public ParserNames(IEnumerable<string> variables, IEnumerable<string> members, IEnumerable<string> types)
    {
        Variables = [.. variables];
        VariableTree = BuiltInVariables.Extend();
        foreach (var name in Variables)
        {
            VariableTree.Add(name);
        }

        MemberTree = NameTree.Of(members.Concat(BuiltInMembers));
        TypeTree = NameTree.Of(types.Concat(BuiltInTypes));
    }

    private ParserNames(IEnumerable<string> variables, ParserNames outer)
    {
        Variables = [.. outer.Variables, .. variables];
        (VariableTree, MemberTree, TypeTree) = (outer.VariableTree.Extend(), outer.MemberTree, outer.TypeTree);
        foreach (var name in variables)
        {
            VariableTree.Add(name);
        }
    }

    public IReadOnlyList<string> Variables { get; }

    public NameTree VariableTree { get; }

    public NameTree MemberTree { get; }

    public NameTree TypeTree { get; }

    /// <summary>The same with more variables.</summary>
    public ParserNames And(IEnumerable<string> variables) => new(variables, this);
}
