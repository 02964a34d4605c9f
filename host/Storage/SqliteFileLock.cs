namespace Orchestrator.Host.Storage;

/// <summary>
/// Keeps a second program off the embedded database while this one serves: its one-writer queue and its node lease live in this process.
/// The operating system frees the lock when the process ends, however it ends.
/// </summary>
internal sealed class SqliteFileLock(OrchestratorOptions options, Database database) : IDisposable
{
    private FileStream? held;

    /// <exception cref="InvalidOperationException">Another process has it.</exception>
    public void Take()
    {
        if (database.Dialect == DatabaseDialect.Sqlite)
            held ??= TryTake(options.DataDirectory) ?? throw new InvalidOperationException($"Another Orchestrator uses the database in {Path.GetFullPath(options.DataDirectory)}. Stop it, or give this one another Orchestrator:DataDirectory.");
    }

    /// <returns>Null: another process holds it.</returns>
    public static FileStream? TryTake(string dataDirectory)
    {
        Directory.CreateDirectory(dataDirectory);
        try
        {
            return new FileStream(Path.Combine(dataDirectory, "orchestrator.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => held?.Dispose();
}
