//! Security Hub's standards and controls: facts about controls, no findings.
