//! Modules by name, in order: `torch.nn.ModuleDict`.

use burn::module::{
    Content, Devices, Module, ModuleDisplay, ModuleDisplayDefault, ModuleMapper, ModuleVisitor,
};
use burn::tensor::Device;

/// Named modules; each name is one component of the path of its parameters.
#[derive(Clone, Debug)]
pub struct ModuleDict<M>(Vec<(String, M)>);

impl<M> ModuleDict<M> {
    /// The module called `name`.
    pub fn get(&self, name: &str) -> Option<&M> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, module)| module)
    }

    /// Names and modules in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &M)> {
        self.0.iter().map(|(name, module)| (name.as_str(), module))
    }

    fn convert(self, mut convert: impl FnMut(&str, M) -> M) -> Self {
        Self(
            self.0
                .into_iter()
                .map(|(name, module)| {
                    let module = convert(&name, module);
                    (name, module)
                })
                .collect(),
        )
    }
}

impl<M> FromIterator<(String, M)> for ModuleDict<M> {
    fn from_iter<I: IntoIterator<Item = (String, M)>>(iter: I) -> Self {
        Self(iter.into_iter().collect())
    }
}

const CONTAINER: &str = "ModuleDict";

impl<M: Module> Module for ModuleDict<M> {
    fn collect_devices(&self, devices: Devices) -> Devices {
        self.0.iter().fold(devices, |devices, (_, module)| module.collect_devices(devices))
    }

    fn fork(self, device: &Device) -> Self {
        self.convert(|_, module| module.fork(device))
    }

    fn to_device(self, device: &Device) -> Self {
        self.convert(|_, module| module.to_device(device))
    }

    fn train(self) -> Self {
        self.convert(|_, module| module.train())
    }

    fn valid(&self) -> Self {
        Self(self.0.iter().map(|(name, module)| (name.clone(), module.valid())).collect())
    }

    fn materialize(self) -> Self {
        self.convert(|_, module| module.materialize())
    }

    fn visit<V: ModuleVisitor>(&self, visitor: &mut V) {
        for (name, module) in &self.0 {
            visitor.enter_module(name, CONTAINER);
            module.visit(visitor);
            visitor.exit_module(name, CONTAINER);
        }
    }

    fn map<P: ModuleMapper>(self, mapper: &mut P) -> Self {
        self.convert(|name, module| {
            mapper.enter_module(name, CONTAINER);
            let module = module.map(mapper);
            mapper.exit_module(name, CONTAINER);
            module
        })
    }
}

impl<M: Module + ModuleDisplay> ModuleDisplayDefault for ModuleDict<M> {
    fn content(&self, content: Content) -> Option<Content> {
        self.0
            .iter()
            .fold(content, |content, (name, module)| content.add(name, module))
            .set_top_level_type(CONTAINER)
            .optional()
    }
}

impl<M: Module + ModuleDisplay> ModuleDisplay for ModuleDict<M> {}
