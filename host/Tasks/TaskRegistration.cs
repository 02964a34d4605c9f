using Orchestrator.Host.Compliance;
using Orchestrator.Host.Scheduling;

namespace Orchestrator.Host.Tasks;

internal static class TaskRegistration
{
    extension(IServiceCollection services)
    {
        public IServiceCollection AddTasks()
        {
            services.AddSingleton<TaskDesk>();
            services.AddSingleton<Inbox>();
            services.AddSingleton<TaskForms>();
            services.AddSingleton<CalendarDays>();
            services.AddSingleton<Approvals>();
            services.AddSingleton<ITaskNotifier, StaffNotifier>();
            services.AddSingleton<IWorkHandler, TaskNoticeHandler>();
            services.AddSingleton<IStartupStep, ShippedCalendar>();
            return services;
        }
    }
}
