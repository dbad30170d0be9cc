"""Nobody's word leads a run, or stops it, unless it was sealed for it: what is not believed is dropped and told.

A signal is in the history before any worker reads it. An error at reading it would fail the workflow task, and again at
each try, so that whoever reaches Temporal's port could stop a party's run; dropped, it costs the run nothing.
"""

from temporalio import workflow
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    HandleSignalInput,
    HandleUpdateInput,
    Interceptor,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
)

with workflow.unsafe.imports_passed_through():
    from contracts import visibility
    from contracts.said import Disbelief, NotBelieved
    from workflows import metrics

SIGNAL, UPDATE = "signal", "update"
NOT_BELIEVED = "NotBelieved"
"""Type of the error that an update ends with."""


class DropWhatIsNotBelieved(Interceptor):
    """For every worker, and every replay of what it did."""

    def workflow_interceptor_class(
        self,
        input: WorkflowInterceptorClassInput,  # noqa: ARG002
    ) -> type[WorkflowInboundInterceptor] | None:
        """Look at each word before its handler does."""
        return _Dropping


class _Dropping(WorkflowInboundInterceptor):
    async def handle_signal(self, input: HandleSignalInput) -> None:
        """Hand on what is believed, and what is left of a word that is not."""
        if (refused := _refused(input)) is not None:
            drop(SIGNAL, input.signal, refused.why)
            left = refused.meant.left(workflow.now()) if refused.meant else None
            if left is None:
                return
            input.args = [left]
        await super().handle_signal(input)

    def handle_update_validator(self, input: HandleUpdateInput) -> None:
        """The caller is told, and nothing is written down."""
        if (refused := _refused(input)) is not None:
            _tell(UPDATE, input.update, refused.why)
            raise error(input.update, refused.why)
        super().handle_update_validator(input)


def drop(what: str, name: str, why: Disbelief) -> None:
    """Tell it, where an operator looks: log, figures, and a search attribute of the run, which `doctor` counts."""
    _tell(what, name, why)
    workflow.upsert_search_attributes([visibility.NOT_BELIEVED.value_set(f"{name} {why}")])


def error(name: str, why: Disbelief) -> ApplicationError:
    """What whoever asked is told."""
    said = (
        "it is not newer than what is known: decide anew" if why is Disbelief.OLD else "it was not sealed for this run"
    )
    return ApplicationError(f"{name} was not believed ({why}): {said}", type=NOT_BELIEVED, non_retryable=True)


def _tell(what: str, name: str, why: Disbelief) -> None:
    metrics.count_not_believed(what, name, why)
    workflow.logger.warning("%s %s was not believed and dropped: %s (docs/operate.md)", what, name, why)


def _refused(input: HandleSignalInput | HandleUpdateInput) -> NotBelieved | None:
    return next((word for word in input.args if isinstance(word, NotBelieved)), None)
