namespace Orchestrator.Host.Storage;

public enum DatabaseDialect
{
    Sqlite,
    PostgreSql,
}
