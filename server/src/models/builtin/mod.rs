//! x
use std::sync::Arc; use crate::knowledge::Library; use super::*;
pub struct Builtin { library: Arc<Library> }
impl Builtin { pub fn new(library: Arc<Library>) -> Self { Self { library } } }
impl Model for Builtin { fn name(&self)->&str{"builtin"} fn label(&self)->&str{"x"} fn answer(&self, _p: Prompt)->Answer { todo!("{:?}", self.library) } }
