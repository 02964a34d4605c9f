using Orchestrator.Host.Storage;

namespace Orchestrator.Host.Tests.Fixtures;

/// <summary>One storage suite, both databases: <c>[Theory, ClassData(typeof(Dialects))]</c>.</summary>
internal sealed class Dialects : TheoryData<DatabaseDialect>
{
    public Dialects()
    {
        Add(DatabaseDialect.Sqlite);
        Add(DatabaseDialect.PostgreSql);
    }
}
