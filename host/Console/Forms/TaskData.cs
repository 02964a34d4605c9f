using System.Globalization;
using System.Text.Json;
using Orchestrator.Host.Sops;

namespace Orchestrator.Host.WebConsole.Forms;

/// <summary>What was entered into a task's form, as the JSON that the task takes. Fields left empty are left out; the server's check says if they were required.</summary>
internal static class TaskData
{
    /// <param name="files">Hashes of the files that were posted, by field; beside those kept from before.</param>
    public static JsonElement Read(TaskForm form, IFormCollection posted, IReadOnlyList<(string Field, string Hash)> files)
    {
        var data = new Dictionary<string, object>();
        foreach (var field in form.Inputs)
        {
            var values = posted[$"data.{field.Key}"].OfType<string>().Select(value => value.Trim()).Where(value => value.Length > 0).Concat(files.Where(file => file.Field == field.Key).Select(file => file.Hash)).Distinct().ToArray();
            if (Read(field.Type, values) is { } value)
                data[field.Key] = value;
        }
        return JsonSerializer.SerializeToElement(data);
    }

    private static object? Read(string type, string[] values) => type switch
    {
        "checklist" or "file" => values.Length > 0 ? values : null,
        "checkbox" => values.Length > 0,
        _ when values.Length == 0 => null,
        // What is no number is passed on as it was typed, so that the check can say so.
        "number" => decimal.TryParse(values[0], NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number : values[0],
        _ => values[0],
    };
}
