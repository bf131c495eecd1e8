//! Of one kind of question one runs and one may wait: a newer one takes the waiting one's place.

/// One running, one waiting.
#[derive(Debug)]
pub(super) enum Slot<T> {
    Idle,
    Busy { waiting: Option<T> },
}

impl<T> Slot<T> {
    /// Gives back what may run now.
    pub(super) fn ask(&mut self, question: T) -> Option<T> {
        match self {
            Self::Idle => {
                *self = Self::Busy { waiting: None };
                Some(question)
            }
            Self::Busy { waiting } => {
                *waiting = Some(question);
                None
            }
        }
    }

    /// The running one is done; gives back what may run next.
    pub(super) fn done(&mut self) -> Option<T> {
        let next = match self {
            Self::Idle => None,
            Self::Busy { waiting } => waiting.take(),
        };
        if next.is_none() {
            *self = Self::Idle;
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_questions_that_wait_the_newest_is_asked() {
        let mut slot = Slot::Idle;
        assert_eq!(slot.ask(1), Some(1));
        assert_eq!((slot.ask(2), slot.ask(3)), (None, None));
        assert_eq!(slot.done(), Some(3));
        assert_eq!(slot.done(), None);
        assert_eq!(slot.ask(4), Some(4));
    }
}
