using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Workflows.Execution.State;

/// <summary>Writes the state format: short names, defaults left out, so that a row stays small.</summary>
internal static class StateWriter
{
    internal const int Format = 1;

    internal static string Write(ProcessInstance state)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, VariableValues.WriterOptions))
            Write(writer, state);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, ProcessInstance state)
    {
        writer.WriteStartObject();
        writer.WriteNumber("f", Format);
        writer.WriteString("id", state.Id);
        writer.WriteString("process", state.ProcessId);
        Text(writer, "version", state.Version);
        if (state.Status != InstanceStatus.Active)
            writer.WriteString("status", state.Status.ToString());
        Text(writer, "owner", state.Owner);
        Text(writer, "stage", state.StageId);
        writer.WriteNumber("next", state.Next);
        if (state.DoneBy.Count > 0)
        {
            writer.WriteStartObject("doneBy");
            foreach (var (task, person) in state.DoneBy)
                writer.WriteString(task, person);
            writer.WriteEndObject();
        }
        if (state.FinalVariables.Count > 0)
        {
            writer.WritePropertyName("final");
            StateValues.WriteVariables(writer, state.FinalVariables);
        }
        List(writer, "nodes", state.Nodes, WriteNode);
        List(writer, "waits", state.Waits, WriteWait);
        writer.WriteEndObject();
    }

    private static void WriteNode(Utf8JsonWriter writer, Node node)
    {
        writer.WriteNumber("i", node.Id);
        Number(writer, "p", node.Parent);
        writer.WriteString("e", node.Element);
        Number(writer, "k", (int)node.Kind);
        if (node.Phase != Phase.Active)
            writer.WriteNumber("ph", (int)node.Phase);
        Number(writer, "w", (int)node.Waiting);
        Number(writer, "h", node.Handle);
        Text(writer, "fl", node.Flow);
        Number(writer, "u", node.UndoneFor);
        Number(writer, "x", node.Index);
        if (node.IsIsolated)
            writer.WriteBoolean("iso", true);
        if (node.Locals is { } locals)
        {
            writer.WritePropertyName("v");
            StateValues.WriteVariables(writer, locals);
        }
        if (node.Loop is { } loop)
            WriteLoop(writer, loop);
        List(writer, "undoable", node.Undoable, WriteUndo);
        List(writer, "undoing", node.Undoing, WriteUndo);
        if (node.Incident is { } incident)
        {
            writer.WriteStartObject("incident");
            writer.WriteNumber("n", incident.Number);
            writer.WriteString("code", incident.Code);
            writer.WriteString("message", incident.Message);
            writer.WriteEndObject();
        }
    }

    private static void WriteLoop(Utf8JsonWriter writer, LoopState loop)
    {
        writer.WriteStartObject("loop");
        writer.WriteNumber("n", loop.Total);
        writer.WriteNumber("s", loop.Started);
        writer.WriteNumber("c", loop.Completed);
        Number(writer, "t", loop.Terminated);
        if (loop.Items is { } items)
        {
            writer.WritePropertyName("items");
            StateValues.Write(writer, items);
        }
        if (loop.Outputs is { } outputs)
        {
            writer.WritePropertyName("outputs");
            StateValues.Write(writer, outputs);
        }
        if (loop.People.Count > 0)
        {
            writer.WritePropertyName("people");
            StateValues.Write(writer, loop.People);
        }
        writer.WriteEndObject();
    }

    private static void WriteUndo(Utf8JsonWriter writer, UndoRecord record)
    {
        writer.WriteString("e", record.Element);
        if (record.Count != 1)
            writer.WriteNumber("n", record.Count);
        writer.WriteNumber("s", record.Scope);
        if (record.Locals is { } locals)
        {
            writer.WritePropertyName("v");
            StateValues.WriteVariables(writer, locals);
        }
        List(writer, "inner", record.Inner, WriteUndo);
    }

    private static void WriteWait(Utf8JsonWriter writer, Wait wait)
    {
        writer.WriteNumber("i", wait.Id);
        writer.WriteNumber("o", wait.Owner);
        writer.WriteString("e", wait.Element);
        Number(writer, "k", (int)wait.Kind);
        if (wait.Kind == WaitKind.Timer)
            writer.WriteString("due", wait.Due.ToUniversalTime());
        if (wait.Remaining is { } remaining && wait.Cycle is not null)
            writer.WriteNumber("left", remaining);
        Text(writer, "cycle", wait.Cycle);
        Text(writer, "n", wait.Name);
        Text(writer, "c", wait.Correlation);
        if (wait.Held)
            writer.WriteBoolean("held", true);
    }

    private static void List<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        var started = false;
        foreach (var item in items)
        {
            if (!started)
                writer.WriteStartArray(name);
            started = true;
            writer.WriteStartObject();
            write(writer, item);
            writer.WriteEndObject();
        }
        if (started)
            writer.WriteEndArray();
    }

    private static void Text(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
            writer.WriteString(name, value);
    }

    private static void Number(Utf8JsonWriter writer, string name, int value)
    {
        if (value != 0)
            writer.WriteNumber(name, value);
    }
}
